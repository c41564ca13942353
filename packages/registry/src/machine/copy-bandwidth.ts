import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { assertInteger } from '@foretoken/contract'

/** Options of {@link copyBandwidth}. */
export interface CopyBandwidthOptions {
  /**
   * Threads that copy at once (1 to 1,024): one for each core.
   * @defaultValue 1
   */
  readonly threads?: number
  /**
   * About how long it takes, in milliseconds (10 to 60,000).
   * @defaultValue 300
   */
  readonly budgetMs?: number
  /**
   * Bytes that are copied in all (1 MiB to 4 GiB): more than the caches hold.
   * @defaultValue 256 MiB
   */
  readonly bytes?: number
}

// Each copies one half of its buffer onto the other; all begin together, once the memory of all is in place.
const program = `
const { parentPort, workerData } = require('node:worker_threads')
const { gate, bytes, budgetMs } = workerData
const buffer = Buffer.alloc(2 * bytes, 1)
parentPort.postMessage('ready')
Atomics.wait(new Int32Array(gate), 0, 0)
const startedMs = performance.now()
let rounds = 0
let elapsedMs = 0
while (elapsedMs < budgetMs) {
  buffer.copy(buffer, bytes, 0, bytes)
  rounds++
  elapsedMs = performance.now() - startedMs
}
parentPort.postMessage(rounds * bytes / (elapsedMs / 1000))
`

/** Bytes per second that some threads copy together, read and written ones counted as STREAM counts them. */
export async function copyBandwidth(options: CopyBandwidthOptions = {}): Promise<number> {
  const { threads = 1, budgetMs = 300, bytes = 2 ** 28 } = options
  assertInteger('threads', threads, { min: 1, max: 1024 })
  assertInteger('budgetMs', budgetMs, { min: 10, max: 60_000 })
  assertInteger('bytes', bytes, { min: 2 ** 20, max: 2 ** 32 })
  const gate = new SharedArrayBuffer(4)
  const workerData = { gate, bytes: Math.ceil(bytes / threads), budgetMs }
  const workers = Array.from({ length: threads }, () => new Worker(program, { eval: true, workerData }))
  try {
    await Promise.all(workers.map(nextMessage))
    const results = workers.map(nextMessage)
    const gates = new Int32Array(gate)
    Atomics.store(gates, 0, 1)
    Atomics.notify(gates, 0)
    const rates = await Promise.all(results)
    return 2 * rates.reduce<number>((total, rate) => total + Number(rate), 0)
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()))
  }
}

async function nextMessage(worker: Worker): Promise<unknown> {
  const [message]: unknown[] = await once(worker, 'message')
  return message
}
