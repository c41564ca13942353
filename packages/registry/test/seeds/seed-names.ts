import type { Row } from './read-csv.js'
import { plainText } from './read-figure.js'
import { seedList } from './seed-files.js'

/** What the seeds' names stand for. */
export interface SeedNames {
  /** The configuration that a label means; a line of its own goes before the label. */
  readonly subject: (label: string, source: string) => Row | undefined
  readonly acceleration: (label: string, model: string) => Row | undefined
  readonly task: (label: string) => string | undefined
}

/** Reads the lists of names. */
export function seedNames(): SeedNames {
  const subjects = byLabel(seedList('subjects'))
  const accelerations = byLabel(seedList('accelerations'))
  const tasks = byLabel(seedList('tasks'))
  const usual = new Map(seedList('models').map(({ id = '', usualDraft = '' }) => [id, usualDraft]))
  return {
    subject: (label, source) => subjects.get(source) ?? subjects.get(plainText(label)),
    acceleration: (label, model) => {
      const found = accelerations.get(plainText(label))
      if (found?.['draft'] === 'usual') return { ...found, draft: usual.get(model) ?? '' }
      return found?.['draft'] === 'self' ? { ...found, draft: model, draftQuantisation: 'Q2_K' } : found
    },
    task: (label) => tasks.get(plainText(label))?.['task'],
  }
}

function byLabel(rows: readonly Row[]): Map<string, Row> {
  return new Map(rows.map(({ label = '', ...rest }) => [label, rest]))
}
