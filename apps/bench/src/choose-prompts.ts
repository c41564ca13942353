import { SpeculationError } from '@foretoken/contract'
import { type FixturePrompt, fixturePrompts } from '@foretoken/fixtures'

/** The fixture prompts of these ids and kinds, in the fixtures' order; all of them where no name is given. */
export function choosePrompts(names: readonly string[]): readonly FixturePrompt[] {
  const unknown = names.filter((name) => !fixturePrompts.some(({ id, kind }) => id === name || kind === name))
  if (unknown.length > 0) {
    const kinds = [...new Set(fixturePrompts.map(({ kind }) => kind))].join(', ')
    throw new SpeculationError(
      'ERR_OPTION_INVALID',
      `--prompts takes ids or kinds of prompts, got ${unknown.join(', ')}; the kinds are ${kinds}`,
    )
  }
  return fixturePrompts.filter(({ id, kind }) => names.length === 0 || names.includes(id) || names.includes(kind))
}
