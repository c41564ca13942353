import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { type FixtureTrace, fixtureModels, fixturePath } from '@foretoken/fixtures'
import { loadModel } from '@foretoken/runner-llamacpp'
import { recordTraces } from './record-traces.js'
import { traceScripts } from './trace-scripts.js'

/** Most tokens of a recorded answer: a small model that repeats itself would go on for ever. */
const MAX_TOKENS = 128

/** What {@link writeTraces} wrote. */
export interface WrittenTraces {
  readonly folder: string
  readonly requests: number
  readonly outputTokens: number
}

/** Records the committed traces anew, with the base fixture model in the format whose logits do not depend on batches. */
export async function writeTraces(options: {
  readonly onProgress: (topic: string, detail?: string) => void
  readonly signal: AbortSignal
}): Promise<WrittenTraces> {
  const { onProgress, signal } = options
  await using model = await loadModel(fixtureModels.base.q8_0, { threads: 1, signal })
  const folder = fixturePath('traces')
  const byTask = new Map<string, FixtureTrace[]>()
  let [requests, outputTokens] = [0, 0]
  for await (const trace of recordTraces({ model, scripts: traceScripts(), maxTokens: MAX_TOKENS, signal })) {
    byTask.set(trace.task, [...(byTask.get(trace.task) ?? []), trace])
    requests += 1
    outputTokens += trace.output.length
    onProgress('recording traces', `${requests} requests`)
  }
  await mkdir(folder, { recursive: true })
  for (const [task, traces] of byTask) {
    const lines = traces.map((trace) => `${JSON.stringify(trace)}\n`)
    await writeFile(join(folder, `${task}.jsonl.gz`), gzipSync(lines.join(''), { level: 9 }))
  }
  return { folder, requests, outputTokens }
}
