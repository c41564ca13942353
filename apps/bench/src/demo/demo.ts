import { costCurve, type GoodputPolicy, goodputPolicy } from '@foretoken/adaptive-k'
import { suffixDrafter } from '@foretoken/drafter-suffix'
import { fixtureModels } from '@foretoken/fixtures'
import { compareWithPlain, type EngineModel, loadModel } from '@foretoken/runner-llamacpp'
import { warmUp } from '@foretoken/speculate'
import { choosePrompts } from '../choose-prompts.js'
import { inflate } from '../inflate/inflate.js'
import { presetShape } from '../inflate/presets.js'
import { MAY_BLOCK_MS } from '../may-block-ms.js'
import { percent } from '../progress-line.js'
import { type DemoReport, type DemoRow, demoIdentical, demoRow, demoTotal } from './demo-report.js'
import { machineOf } from './machine.js'
import { loadFaster } from './thread-choice.js'

/** Options of {@link demo}. */
export interface DemoOptions {
  /** Runs each way of every prompt. */
  readonly repetitions: number
  /** Most tokens of an answer. */
  readonly maxTokens: number
  /** Ids or kinds of the prompts; all of them where there are none. */
  readonly prompts: readonly string[]
  /**
   * CPU threads.
   * @defaultValue the runner's or one, whichever is faster now
   */
  readonly threads?: number
  /** Hears what is going on: a topic, and how far it is. */
  readonly onProgress: (topic: string, detail?: string) => void
  readonly signal: AbortSignal
}

/**
 * Answers the fixture prompts plainly and drafted and compares tokens and speed.
 *
 * The model is the base fixture model inflated to 0.2 B parameters: the tiny one fits into the processor's cache, where
 * checking k tokens costs k times as much as one, so no speed measured on it says anything about a real model.
 */
export async function demo(options: DemoOptions): Promise<DemoReport> {
  const { repetitions, maxTokens, onProgress, signal } = options
  const prompts = choosePrompts(options.prompts)
  const inflated = await inflate({
    path: fixtureModels.base.f16,
    shape: (source) => presetShape('0.2b', source),
    onProgress: ({ doneBytes, totalBytes }) => onProgress('making the model, once', percent(doneBytes, totalBytes)),
    signal,
  })
  await using model = await load(inflated.path, options)
  await warmUp({ drafter: suffixDrafter, policy: () => goodputPolicy(), signal })
  // What steps cost is learned once, as in a program that runs on; the drafters forget every answer.
  onProgress('measuring what drafts cost')
  const policy = await costAwarePolicy(model, signal)
  const rows: DemoRow[] = []
  for (const [index, prompt] of prompts.entries()) {
    const topic = `measuring ${prompt.id} (${index + 1} of ${prompts.length})`
    onProgress(topic)
    const comparison = await compareWithPlain({
      model,
      prompt: model.tokenize(prompt.text, { special: true }),
      drafter: suffixDrafter,
      policy: () => policy,
      repetitions,
      maxTokens,
      onRun: ({ mode, repetition }) => onProgress(topic, `${mode}, ${repetition + 1} of ${repetitions}`),
      signal,
    })
    rows.push(demoRow(prompt, comparison))
  }
  const { path, parameters, fileBytes } = inflated
  return {
    machine: machineOf(model),
    model: { path, parameters, fileBytes },
    drafter: 'auto',
    policy: policy.name,
    repetitions,
    rows,
    total: demoTotal(rows),
    identical: demoIdentical(rows),
  }
}

/** Without the native engine, which measures what drafts cost, the policy finds that out as it goes. */
async function costAwarePolicy(model: EngineModel, signal: AbortSignal): Promise<GoodputPolicy> {
  if (model.facts.engine !== 'native') return goodputPolicy()
  await using target = await model.openTarget()
  const { points, replay } = await target.measureCost({ signal })
  return goodputPolicy(costCurve(points, { ...(replay && { replay }) }))
}

async function load(path: string, { threads, onProgress, signal }: DemoOptions): Promise<EngineModel> {
  const topic = 'loading the model'
  onProgress(topic)
  // The last reports of the loading come after its end.
  let loaded = false
  const loadWith = (count = threads) =>
    loadModel(path, {
      mayBlockMs: MAY_BLOCK_MS,
      ...(count !== undefined && { threads: count }),
      onProgress: (rate) => !loaded && onProgress(topic, percent(rate, 1)),
      signal,
    })
  const model = await (threads === undefined ? loadFaster(loadWith, signal) : loadWith())
  loaded = true
  return model
}
