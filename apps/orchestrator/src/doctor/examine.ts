import { SpeculationError } from '@foretoken/contract'
import {
  explainPair,
  inspect,
  inspectMachine,
  type MachineFacts,
  type ModelFacts,
  type PairVerdict,
} from '@foretoken/registry'
import type { EngineModel } from '@foretoken/runner-llamacpp'
import { type LoadingParts, loadModel, type ModelPorts } from '../load-model.js'
import { applyingRefusals } from './applying-refusals.js'
import type { DoctorOptions } from './doctor-options.js'
import type { DoctorResult, DraftReport, ModelReport } from './doctor-result.js'
import { verdictOf } from './doctor-verdict.js'
import { engineReport, type NativeReport, nativeReport } from './engine-report.js'
import { fileReport } from './file-report.js'
import { machineFindings } from './machine-findings.js'
import { measureDraft } from './measure-draft.js'
import { type MeasuredModel, measureModel } from './measure-model.js'
import { waitingDraft } from './waiting-draft.js'

/** What the doctor is handed from outside. */
export interface DoctorPorts extends ModelPorts {
  /**
   * What looks at the machine.
   * @defaultValue `inspectMachine` of `@foretoken/registry`
   */
  readonly inspectMachine?: () => Promise<MachineFacts>
  /**
   * What reads a model's file.
   * @defaultValue `inspect` of `@foretoken/registry`
   */
  readonly inspect?: (path: string, options: { readonly signal: AbortSignal }) => Promise<ModelFacts>
  /**
   * What looks for the native engine.
   * @defaultValue the installed one
   */
  readonly nativeReport?: () => NativeReport
}

/** What an examination needs of its command. */
export interface ExaminationParts extends LoadingParts {
  readonly ports: DoctorPorts
}

/** Looks at machine, engine and models, and measures. Cancelled, it says what was found by then. */
export async function examine(options: DoctorOptions, parts: ExaminationParts): Promise<DoctorResult> {
  const { progress, ports } = parts
  if (options.model === undefined && options.draft !== undefined) {
    throw new SpeculationError('ERR_OPTION_INVALID', '--draft needs the model that it is to draft for; name it first')
  }
  // A file that is none is told at once.
  const files = await readFiles(options, parts)
  progress.show('Measuring the memory')
  const machine = await (ports.inspectMachine ?? inspectMachine)()
  const examination = new Examination(options, { machine, files, parts })
  try {
    await examination.run()
  } catch (error) {
    if (!SpeculationError.is(error, 'ERR_ABORTED')) throw error
  }
  return examination.result()
}

interface Files {
  readonly model?: ModelFacts
  readonly draft?: ModelFacts
}

async function readFiles({ model, draft }: DoctorOptions, { ports, signal }: ExaminationParts): Promise<Files> {
  const read = ports.inspect ?? inspect
  return {
    ...(model !== undefined && { model: await read(model, { signal }) }),
    ...(draft !== undefined && { draft: await read(draft, { signal }) }),
  }
}

/** What was found so far. */
class Examination {
  readonly #options: DoctorOptions
  readonly #machine: MachineFacts
  readonly #parts: ExaminationParts
  readonly #native: NativeReport
  readonly #findings: string[] = []
  #loaded: EngineModel['facts'] | undefined
  #model: ModelReport | undefined
  #draft: DraftReport | undefined
  #pair: PairVerdict | undefined
  #isTooLarge = false

  constructor(
    options: DoctorOptions,
    { machine, files, parts }: { machine: MachineFacts; files: Files; parts: ExaminationParts },
  ) {
    this.#options = options
    this.#machine = machine
    this.#parts = parts
    this.#native = (parts.ports.nativeReport ?? nativeReport)()
    const { model, draft } = files
    if (model === undefined) return
    this.#model = fileReport(model, options.context)
    if (draft === undefined) return
    const pair = explainPair(model, draft)
    this.#pair = pair
    this.#draft = { ...fileReport(draft, options.context), compatible: pair.compatible, reasons: pair.reasons }
    this.#findings.push(
      ...pair.reasons.map(({ message, cure }) => `The draft model does not suit: ${message}; ${cure}.`),
      ...pair.notes.map((note) => `About the pair: ${note}.`),
    )
  }

  async run(): Promise<void> {
    const { model: path } = this.#options
    if (path === undefined || this.#model === undefined) return
    const startedMs = performance.now()
    const model = await this.#load(path)
    if (model === undefined) return
    await using _ = model
    this.#model = { ...this.#model, loadSeconds: (performance.now() - startedMs) / 1000 }
    this.#loaded = model.facts
    await this.#measure(model)
  }

  /** A model that does not fit is what a doctor is asked about. */
  async #load(path: string): Promise<EngineModel | undefined> {
    try {
      return await loadModel({ ...this.#options, model: path }, this.#parts, this.#parts.ports)
    } catch (error) {
      if (!SpeculationError.is(error, 'ERR_BUDGET_EXCEEDED')) throw error
      this.#isTooLarge = true
      this.#findings.push(sentence(error.message))
      return undefined
    }
  }

  async #measure(model: EngineModel): Promise<void> {
    const file = this.#model
    if (file === undefined) return
    const found: Partial<MeasuredModel> = {}
    try {
      await measureModel(model, { ...this.#parts, file, machine: this.#machine, found })
    } catch (error) {
      // An engine that checks no drafts in batches of its own says so before anything is measured.
      if (found.costs !== undefined || !SpeculationError.is(error, 'ERR_OPTION_INVALID')) throw error
      this.#findings.push(sentence(error.message))
    } finally {
      const { texts: _, costCurve: __, ...measured } = found
      this.#model = { ...file, ...measured }
      if (found.decoding?.assessment === 'slow') this.#findings.push(found.decoding.sentence)
    }
    const { texts, costCurve } = found
    if (this.#draft?.compatible !== true || texts === undefined || costCurve === undefined) return
    await this.#measureDraft(model, { texts, costCurve })
  }

  async #measureDraft(target: EngineModel, measured: Pick<MeasuredModel, 'texts' | 'costCurve'>): Promise<void> {
    const { draft, threads } = this.#options
    const report = this.#draft
    if (draft === undefined || report === undefined) return
    try {
      const found = await measureDraft(
        { draft, ...(threads !== undefined && { threads }) },
        { ...this.#parts, target, ...measured },
      )
      this.#draft = { ...report, ...found }
      if (found.measured === undefined) {
        this.#findings.push('The model wrote too little in the time that there was to try the draft model on it.')
      }
      const { bytesPerToken } = this.#model ?? report
      const step = { bytesPerToken, seconds: measured.costCurve.seconds(1) }
      this.#findings.push(
        ...waitingDraft(step, { bytesPerToken: report.bytesPerToken, seconds: found.secondsPerToken ?? 0 }),
      )
    } catch (error) {
      if (!SpeculationError.is(error) || error.code === 'ERR_ABORTED') throw error
      this.#findings.push(`The draft model cannot be used: ${sentence(error.message)}`)
    }
  }

  result(): DoctorResult {
    const { engine } = this.#options
    const environment = process.env['FORETOKEN_ENGINE']
    const found = {
      machine: this.#machine,
      engine: engineReport(this.#native, { engine, environment }, this.#loaded),
      ...(this.#model && { model: this.#model }),
      ...(this.#draft && { draft: this.#draft }),
      findings: [...this.#findings, ...machineFindings(this.#machine)],
      complete: !this.#parts.signal.aborted,
    }
    const model = this.#model
    const refusals = model === undefined ? [] : applyingRefusals({ model, draft: this.#draft, pair: this.#pair })
    return { ...found, refusals, verdict: verdictOf(found, this.#isTooLarge) }
  }
}

function sentence(message: string): string {
  return `${message.charAt(0).toUpperCase()}${message.slice(1).replace(/\.?$/, '.')}`
}
