import type { FigureName, Measurement } from '../../src/registry-file/measurement.js'
import { configurationOf, type OpenConfiguration } from './configuration-of.js'
import type { Row } from './read-csv.js'
import { plainText, readFigure } from './read-figure.js'
import { emptyPart, leftOver, type Part, tellsSomething, units } from './row-part.js'
import type { SeedTable } from './seed-files.js'
import type { SeedNames } from './seed-names.js'

/** Reads one row cell by cell. */
export class RowReader {
  readonly #names: SeedNames
  readonly #table: SeedTable
  readonly #row: Row
  readonly #base: Part
  readonly #parts: Map<string, Part>
  readonly #about: { label?: string; role?: string; task?: string } = {}

  constructor(names: SeedNames, table: SeedTable, row: Row) {
    this.#names = names
    this.#table = table
    this.#row = row
    this.#base = emptyPart(configurationOf(table.set ?? {}))
    this.#parts = new Map(Object.keys(table.parts ?? {}).map((name) => [name, emptyPart({})]))
    // The subject and its draft come first: what other cells mean depends on them.
    const columns = Object.entries(table.columns ?? {})
    const ordered = columns.toSorted(([, a], [, b]) => Number(/^subject/.test(b)) - Number(/^subject/.test(a)))
    for (const [column, meaning] of ordered) if (row[column] !== undefined) this.#read(column, meaning, row[column])
    for (const [column, cell] of Object.entries(row))
      if (column !== 'line' && !columns.some(([name]) => name === column)) this.#remark(this.#base, column, cell)
  }

  /** What the row tells, in the order of its columns; nothing where it is about no model. */
  measurements(): Measurement[] {
    if (this.#base.configuration.model === undefined) return []
    const parts = [...this.#parts].map(([name, part]) => ({
      ...part,
      ...(this.#table.parts?.[name]?.['task'] && { task: this.#table.parts[name]['task'] }),
      configuration: {
        ...configurationOf(this.#table.parts?.[name] ?? {}, this.#base.configuration),
        ...part.configuration,
      },
    }))
    const told = parts.filter(tellsSomething)
    const own = tellsSomething(this.#base) || told.length === 0
    const [first] = told
    if (!own && first !== undefined) Object.assign(first.remarks, this.#base.remarks)
    return [...(own ? [this.#base] : []), ...told].map((part) => this.#measurement(part))
  }

  #read(column: string, meaning: string, cell: string): void {
    const [, target = '', suite, partName] = /^(\w+)(?: (?!@)([\w-]+))?(?: @(\w+))?$/.exec(meaning) ?? []
    const part = partName === undefined ? this.#base : (this.#parts.get(partName) ?? this.#base)
    if (target === 'score') this.#score(part, column, suite ?? '', cell)
    else if (target in units) this.#figure(part, column, target as FigureName, cell)
    else if (target === 'remark') this.#remark(part, column, cell)
    else this.#name(part, column, target, cell)
  }

  #name(part: Part, column: string, target: string, cell: string): void {
    const text = plainText(cell)
    const source = `${this.#table.document}:${this.#row['line']}`
    const { configuration } = part
    if (target === 'subject') {
      this.#about.label = text
      part.configuration = configurationOf(this.#names.subject(cell, source) ?? {}, configuration)
    } else if (target === 'draft') {
      const { model = '', quantisation = '', ...rest } = this.#names.subject(cell, source) ?? {}
      part.configuration = configurationOf({ ...rest, draft: model, draftQuantisation: quantisation }, configuration)
      if (model !== '') this.#remark(part, column, text)
    } else if (target === 'acceleration') {
      const { acceptanceRate = '', ...found } =
        this.#names.acceleration(cell, this.#base.configuration.model ?? '') ?? {}
      part.configuration = configurationOf(found, configuration)
      if (acceptanceRate !== '') part.figures.acceptanceRate = Number(acceptanceRate)
      this.#remark(part, column, cell)
    } else if (target === 'role' || target === 'task') this.#purpose(target, column, text)
    else this.#number(part, column, target, text)
  }

  #purpose(target: 'role' | 'task', column: string, text: string): void {
    const name = target === 'task' ? this.#names.task(text) : /^[a-z_]+/.exec(text)?.[0]
    if (name !== undefined) this.#about[target] = name
    if (name !== text) this.#remark(this.#base, column, text)
  }

  /** `8 (t=0.7)`, `K=24`, `32/64`, `Q4_K_M`. */
  #number(part: Part, column: string, target: string, text: string): void {
    if (/^(-|—|)$/.test(text)) return
    const value = target === 'variant' || target === 'quantisation' ? text : (/\d+(\.\d+)?/.exec(text)?.[0] ?? '')
    const temperature = /t=([\d.]+)/.exec(text)?.[1] ?? ''
    part.configuration = configurationOf({ temperature, [target]: value }, part.configuration)
    if (value !== text) this.#remark(part, column, text)
  }

  #figure(part: Part, column: string, name: FigureName, cell: string): void {
    const read = readFigure(cell, units[name])
    const experts = /(?:MOE|^)(\d)(?: exp)?\)/i.exec(read.rest.replace(/^\(/, ''))?.[1]
    if (experts !== undefined) part.configuration = { ...part.configuration, experts: Number(experts) }
    if (read.figure !== undefined) part.figures[name] = read.figure
    if (read.approximate) part.approximate.push(name)
    if (read.outcome !== undefined) part.outcome = read.outcome
    if (leftOver(read)) this.#remark(part, column, cell)
  }

  #score(part: Part, column: string, suite: string, cell: string): void {
    const [, points, of] = /^(\d+)\/(\d+)$/.exec(plainText(cell)) ?? []
    if (points === undefined || of === undefined) this.#remark(part, column, cell)
    else part.scores[suite] = [Number(points), Number(of)]
  }

  #remark(part: Part, column: string, cell: string): void {
    const text = plainText(cell)
    if (!/^(-|—|)$/.test(text)) part.remarks[column] = text
  }

  #measurement({ task, configuration, figures, approximate, scores, remarks, outcome }: Part): Measurement {
    const cells = Object.values(this.#row)
    const marks = cells.filter((cell) => /\d(\.\d)?%/.test(cell)).join(' ')
    const invalid = cells.some((cell) => cell.includes('INVALID')) || this.#table.name.includes('scores-invalid')
    return {
      source: `${this.#table.document}:${this.#row['line']}`,
      date: this.#table.date,
      hardware: 'epyc-9655',
      method: this.#table.method ?? '',
      ...this.#about,
      ...(task !== undefined && { task }),
      ...(configuration as OpenConfiguration & { model: string }),
      ...figures,
      ...(Object.keys(scores).length > 0 && { scores }),
      ...(outcome !== undefined && { outcome }),
      ...(approximate.length > 0 && { approximate }),
      ...(/[†‡]/.test(marks) && { partial: true }),
      ...(/%\*(?!\*)|%\*\*\*/.test(marks) && { earlierSuites: true }),
      ...(invalid && { invalidScores: 'no images were passed to the model' }),
      ...(Object.keys(remarks).length > 0 && { remarks }),
    }
  }
}
