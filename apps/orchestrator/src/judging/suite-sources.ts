import { basename, dirname } from 'node:path'
import {
  type ImportFormat,
  importSuite,
  isPackagedSuite,
  loadPackagedSuite,
  loadSuite,
  packagedSuiteFolder,
  packagedSuiteNames,
  runnableSuite,
  type SuiteSource,
} from '@foretoken/judge'

/**
 * The suites that names stand for: packaged ones, `all` of them, YAML files, and those that others wrote as `format:file` or
 * `format:file,answers`. `onNote` hears what of these is not asked or not scored as it was meant.
 */
export async function suiteSources(
  names: readonly string[],
  onNote: (note: string) => void,
): Promise<readonly SuiteSource[]> {
  // What the tiny models of this project have learned says nothing about others.
  const every = packagedSuiteNames.filter((name) => name !== 'fixture')
  const wanted = new Set(names.flatMap((name) => (name === 'all' ? every : [name])))
  return Promise.all([...wanted].map((name) => suiteSource(name, onNote)))
}

async function suiteSource(name: string, onNote: (note: string) => void): Promise<SuiteSource> {
  if (isPackagedSuite(name)) return { suite: await loadPackagedSuite(name), folder: packagedSuiteFolder() }
  const format = formats.find((each) => name.startsWith(`${each}:`))
  if (format === undefined) return { suite: await loadSuite(name), folder: dirname(name) }
  const [path = '', answers] = name.slice(format.length + 1).split(',')
  const imported = await importSuite(format, path, answers === undefined ? {} : { answers })
  const { suite, notes } = runnableSuite(imported, suiteName(format, path))
  for (const note of notes) onNote(`${path}: ${note}`)
  return { suite }
}

const formats: readonly ImportFormat[] = ['ifeval', 'gsm8k', 'humaneval', 'bfcl', 'mt-bench', 'fastchat', 'promptfoo']

/** `BFCL_v4_multiple` of a file that says its format, `gsm8k_test` of one that does not. */
function suiteName(format: ImportFormat, path: string): string {
  const file = basename(path).replace(/(?:\.[a-z]+)+$/i, '')
  const letters = file.toLowerCase().replace(/[^a-z0-9]/g, '')
  return letters.includes(format.replace('-', '')) ? file : `${format}_${file}`
}
