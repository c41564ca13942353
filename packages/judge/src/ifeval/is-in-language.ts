/** Languages that the published prompts name, with franc's names of them. */
const names: Readonly<Record<string, string>> = Object.fromEntries(
  'en:eng es:spa pt:por ar:arb hi:hin fr:fra ru:rus de:deu ja:jpn it:ita bn:ben uk:ukr th:tha ur:urd ta:tam te:tel bg:bul ko:kor pl:pol he:heb fa:pes vi:vie ne:npi sw:swh kn:kan mr:mar gu:guj pa:pan ml:mal fi:fin'
    .split(' ')
    .map((pair) => pair.split(':')),
)

/** The languages' codes of ISO 639-1. */
export const languageCodes: readonly string[] = Object.keys(names)

/** Languages that eld does not know. */
const rare = new Set(['ne', 'sw'])

type Detectors = readonly [typeof import('eld/small'), typeof import('franc')]
let detectors: Detectors | undefined

/** Loads what {@link isIn} needs. Its tables take a second to load, so only who asks for languages waits for them. */
export async function loadDetectors(): Promise<void> {
  detectors ??= await Promise.all([import('eld/small'), import('franc')])
}

/** Whether a text is in a language, as far as anybody can tell: a text without words is in every language. */
export function isIn(language: string, text: string): boolean {
  if (!/\p{L}/u.test(text)) return true
  if (detectors === undefined) throw new Error('loadDetectors comes first')
  const [{ eld }, { franc }] = detectors
  if (rare.has(language)) return franc(text, { only: Object.values(names), minLength: 3 }) === names[language]
  const detected = eld.detect(text).language
  return detected === '' || detected === language
}
