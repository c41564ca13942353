import { join } from 'node:path'
import type { RunRecord } from '@foretoken/judge'

/**
 * The command that asks a run's prompts again in the same way; other configurations of the model that it takes on the way are
 * run, too. `undefined`: the model is behind HTTP, or a setting has no option.
 */
export function repeatCommand(record: RunRecord, out: string): string | undefined {
  const { suite, model, configuration, engine, sampling, repetitions, baseline } = record
  if (!engines.includes(engine.name)) return undefined
  const settings = settingWords(configuration.settings)
  const overrides = overrideWords(engine.settings['override'], 'experts' in configuration.settings)
  if (settings === undefined || overrides === undefined) return undefined
  const words = [
    ...['foretoken', 'judge', 'run', '--suite', join(out, 'suites', suiteFile(suite)), '--models', model.path],
    ...['--out', out, '--repetitions', `${repetitions}`, '--max-tokens', `${sampling.maxTokens}`],
    ...['--temp', `${sampling.temperature}`, '--seed', `${sampling.seed}`, '--engine', engine.name],
    ...['threads', 'context'].flatMap((name) => {
      const value = engine.settings[name]
      return value === undefined || value === 'auto' ? [] : [`--${name}`, `${value}`]
    }),
    ...settings,
    ...('k' in configuration.settings && baseline === undefined ? ['--no-inherit'] : []),
    ...overrides,
  ]
  return words.map(shellWord).join(' ')
}

/** Name of the file in `suites/` that holds a suite. */
export function suiteFile({ suite, version, fingerprint }: RunRecord['suite']): string {
  return `${suite.replace(/[^\w-]/g, '_')}-v${version}-${fingerprint}.json`
}

/** Those of this machine. */
const engines: readonly string[] = ['native', 'node-llama-cpp']

const settingOptions: Readonly<Record<string, string>> = {
  experts: '--experts',
  k: '--k',
  drafter: '--drafter',
  draftTemp: '--draft-temp',
}

function settingWords(settings: RunRecord['configuration']['settings']): readonly string[] | undefined {
  // A draft model is known by its hash only.
  const known = Object.keys(settings).every((name) => name in settingOptions)
  return known
    ? Object.entries(settings).flatMap(([name, value]) => [settingOptions[name] ?? '', `${value}`])
    : undefined
}

function overrideWords(override: unknown, byExperts: boolean): readonly string[] | undefined {
  try {
    const spaces = JSON.parse(typeof override === 'string' ? override : '{}') as Record<string, Record<string, unknown>>
    return Object.entries(spaces).flatMap(([space, values]) =>
      Object.entries(values)
        // --experts sets it.
        .filter(([name]) => !(byExperts && name === 'expert_used_count'))
        .flatMap(([name, value]) => ['--override', `${space}.${name}=${value}`]),
    )
  } catch {
    return undefined
  }
}

function shellWord(word: string): string {
  return /^[\w./:=,@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
}
