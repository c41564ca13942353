/** Looks that the style sheets know: a colour, as on the terminal, and a kind of underline. */
export type DrafterLook = 'own' | 'lookup' | 'suffix' | 'model' | 'other'

const looks: readonly string[] = ['lookup', 'suffix', 'model'] satisfies readonly DrafterLook[]

/** How a drafter's tokens look; the model's own have no drafter. */
export function lookOf(drafter: string): DrafterLook {
  if (drafter === '') return 'own'
  return looks.includes(drafter) ? (drafter as DrafterLook) : 'other'
}

/** What a drafter is called in a sentence. */
export function drafterTitle(drafter: string): string {
  if (drafter === '') return 'the model itself'
  return drafter === 'model' ? 'draft model' : drafter
}
