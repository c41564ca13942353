import type { Command } from 'commander'
import { integerParser, numberParser } from './option-parsers.js'

/** Adds the options that say how tokens are chosen. */
export function samplingCommand(command: Command): Command {
  const number = (flag: string, name: string, [min, max]: readonly [number, number], description: string) =>
    command.option(`--${flag} <${name}>`, description, numberParser(`--${flag}`, min, max))
  const integer = (flag: string, name: string, [min, max]: readonly [number, number], description: string) =>
    command.option(`--${flag} <${name}>`, description, integerParser(`--${flag}`, min, max))
  command.optionsGroup('How tokens are chosen:')
  number('temp', 'number', [0, 100], 'temperature (default: 0, the most probable token)')
  integer('seed', 'number', [0, Number.MAX_SAFE_INTEGER], 'the same seed gives the same text (default: random)')
  integer('top-k', 'count', [0, INT_MAX], 'keep so many of the most probable tokens')
  number('top-p', 'share', [0, 1], 'keep the fewest tokens that reach this probability together')
  number('min-p', 'share', [0, 1], 'keep tokens this probable, relative to the best')
  number('typical-p', 'share', [0, 1], 'keep typical tokens up to this probability together')
  number('top-n-sigma', 'number', [0, 100], 'keep tokens within so many deviations of the best')
  number('xtc-probability', 'share', [0, 1], 'how often XTC drops the most probable tokens')
  number('xtc-threshold', 'share', [0, 1], 'how probable a token XTC drops must be (default: 0.1)')
  number('repeat-penalty', 'factor', [0, 10], 'divide the logits of repeated tokens')
  number('presence-penalty', 'number', [0, 10], 'subtract this from the logits of repeated tokens')
  number('frequency-penalty', 'number', [0, 10], 'the same, for each time they occurred')
  integer('penalty-tokens', 'count', [0, INT_MAX], 'how many of the last tokens count (default: 64)')
  number('dry-multiplier', 'number', [0, 100], 'strength of DRY, a penalty on going on with a repetition')
  number('dry-base', 'number', [1, 100], 'its growth with the length of the repetition (default: 1.75)')
  integer('dry-allowed-tokens', 'count', [1, INT_MAX], 'repetitions that are free (default: 2)')
  return command
}

const INT_MAX = 2 ** 31 - 1
