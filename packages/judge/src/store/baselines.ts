import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { SpeculationError } from '@foretoken/contract'
import { z } from 'zod'
import { readBounded } from '../read-bounded.js'
import { makeFolder } from './make-folder.js'
import { type RunRecord, runIdSchema } from './run-record.js'
import { validated } from './validated.js'
import { writeWhole } from './write-whole.js'

/** The run that others of a suite and model are measured against. */
export interface Baseline {
  readonly name: string
  readonly suite: string
  /** Hash of the model. */
  readonly model: string
  readonly runId: string
  /** ISO 8601. */
  readonly setAt: string
}

/** Named baselines beside the runs of a folder; under each name there is one for every suite and model. */
export interface Baselines {
  /** Makes a run the baseline of its suite and model, in place of the one before. */
  set(name: string, record: RunRecord, now: number): Promise<Baseline>
  /** All of them, by name. */
  all(): Promise<readonly Baseline[]>
  /** That of a run's suite and model; `undefined` where there is none. */
  find(name: string, record: RunRecord): Promise<Baseline | undefined>
}

type Entry = Omit<Baseline, 'name'>

const nameSchema = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]{0,63}$/, 'must be lower-case letters, digits, dots and dashes')

const fileSchema: z.ZodType<readonly Entry[]> = z
  .array(
    z.strictObject({
      suite: z.string().min(1).max(1000),
      model: z.string().regex(/^[0-9a-f]{16,64}$/),
      runId: runIdSchema,
      setAt: z.iso.datetime(),
    }),
  )
  .max(10_000)

const maxBytes = 4 * 2 ** 20

/** The baselines of a folder of results, which need not be there yet. */
export function baselines(folder: string): Baselines {
  const directory = join(folder, 'baselines')
  const pathOf = (name: string): string => {
    const known = nameSchema.safeParse(name)
    if (known.success) return join(directory, `${name}.json`)
    const fault = known.error.issues[0]?.message
    throw new SpeculationError('ERR_OPTION_INVALID', `the name of a baseline ${fault}, got ${JSON.stringify(name)}`)
  }
  const entriesOf = async (name: string): Promise<readonly Entry[]> => {
    const path = pathOf(name)
    return (await namesIn(directory)).includes(name)
      ? validated(await readBounded(path, maxBytes), fileSchema, path)
      : []
  }
  return {
    async set(name, { suite: { suite }, model: { hash: model }, runId }, now) {
      const path = pathOf(name)
      const others = (await entriesOf(name)).filter((entry) => entry.suite !== suite || entry.model !== model)
      const entry = { suite, model, runId, setAt: new Date(now).toISOString() }
      await makeFolder(directory)
      await writeWhole(path, `${JSON.stringify([...others, entry], undefined, 2)}\n`)
      return { name, ...entry }
    },
    async all() {
      const found: Baseline[] = []
      for (const name of await namesIn(directory)) {
        for (const entry of await entriesOf(name)) found.push({ name, ...entry })
      }
      return found
    },
    async find(name, { suite: { suite }, model: { hash: model } }) {
      const entry = (await entriesOf(name)).find((each) => each.suite === suite && each.model === model)
      return entry && { name, ...entry }
    },
  }
}

async function namesIn(directory: string): Promise<readonly string[]> {
  const files = await readdir(directory).catch(() => [])
  return files
    .filter((file) => file.endsWith('.json'))
    .map((file) => file.slice(0, -'.json'.length))
    .filter((name) => nameSchema.safeParse(name).success)
    .sort()
}
