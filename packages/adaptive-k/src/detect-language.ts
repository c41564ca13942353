/**
 * ISO 639-1 code of a text's language, empty where it cannot be told: by its script, and for the Latin one by how many of its words
 * are among the commonest of a language.
 */
export function detectLanguage(text: string): string {
  const letters = text.match(/\p{L}/gu)?.length ?? 0
  const script = scripts.find(([, pattern]) => (text.match(pattern)?.length ?? 0) > letters / 4)
  if (script !== undefined) return script[0]
  const words = text.toLowerCase().match(/\p{L}+/gu) ?? []
  let best = { language: '', hits: 1 }
  for (const [language, common] of commonWords) {
    const hits = words.filter((word) => common.has(word)).length
    if (hits > best.hits) best = { language, hits }
  }
  return best.language
}

// Japanese before Chinese: its texts have characters of both.
const scripts: readonly (readonly [string, RegExp])[] = [
  ['ja', /[\p{Script=Hiragana}\p{Script=Katakana}]/gu],
  ['zh', /\p{Script=Han}/gu],
  ['ko', /\p{Script=Hangul}/gu],
  ['ru', /\p{Script=Cyrillic}/gu],
  ['ar', /\p{Script=Arabic}/gu],
  ['el', /\p{Script=Greek}/gu],
  ['he', /\p{Script=Hebrew}/gu],
  ['hi', /\p{Script=Devanagari}/gu],
  ['th', /\p{Script=Thai}/gu],
]

const commonWords: readonly (readonly [string, ReadonlySet<string>])[] = [
  ['en', words('the of and to in is that it for was on with as be by this are from at have had not but they you')],
  ['de', words('der die das und ist nicht ein eine zu den mit auf für von dem sich im war auch als wer ihn seit es')],
  ['fr', words('le la les et des est un une dans que qui pour pas sur au avec ne se ce il était depuis du en sont')],
  ['es', words('el la los las y de que en un una es por con para no se del al su lo quién había como más pero')],
  ['it', words('il lo la gli e di che in un una è per con non si del della da sono era chi nel più anche come')],
  ['pt', words('o a os as e de que em um uma é por com para não se do da no na quem tinha mais como estava')],
  ['nl', words('de het een en van is dat in op te zijn met voor niet aan er was wie om ook als al naar door')],
]

function words(list: string): ReadonlySet<string> {
  return new Set(list.split(' '))
}
