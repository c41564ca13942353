// What must neither crash nor hang nor leave a thread behind. Usage: node --expose-gc lifetimes.mjs MODEL CASE
// Prints `done` where the case has got as far as it should.
import { readdirSync } from 'node:fs'
import { setImmediate as turn, setTimeout as wait } from 'node:timers/promises'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import { loadBinding } from '@foretoken/native'

const [path, name] = isMainThread ? process.argv.slice(2) : [workerData.path, workerData.name]
const binding = loadBinding()
const threadsAtFirst = readdirSync('/proc/self/task').length
const long = Int32Array.from({ length: 1900 }, (_, index) => (index * 31) % 4000)

const cases = {
  async leftOpen() {
    const { sequence } = await opened()
    await sequence.verify(Int32Array.of(5, 6))
    done()
  },

  async leftAtWork() {
    const { model, context } = await opened()
    // Unsettled promises are waited for.
    void context.open(long).then(done)
    void model.createContext({ contextTokens: 64, threads: 1 })
  },

  async disposedInAnyOrder() {
    for (const order of permutations([0, 1, 2, 3])) await disposed(order)
    await everythingEnds()
    done()
  },

  async disposedAtWork() {
    for (const order of permutations([0, 1, 2])) await disposedAtWork(order)
    await everythingEnds()
    done()
  },

  async collected() {
    for (let round = 0; round < 6; round++) await forgotten(round)
    await everythingEnds()
    done()
  },

  async collectedAtWork() {
    for (const ask of [
      (context) => context.open(long),
      (_, sequence) => sequence.verify(new Int32Array(200).fill(5)),
      (_, sequence) => sequence.measureCost(Int32Array.of(100), 20),
    ]) {
      const { settled } = await promisesOnly(ask)
      for (let round = 0; round < 6; round++) await collect()
      await settled
    }
    await everythingEnds()
    done()
  },

  async exitInDecode() {
    const { context, sequence } = await opened()
    void context.open(long)
    void sequence.verify(new Int32Array(100).fill(5))
    await wait(5)
    done()
    process.exit()
  },

  /** The offender: without what the addon does at the exit, its thread decodes on while llama.cpp goes. */
  async exitUnheard() {
    process.removeAllListeners('exit')
    await cases.exitInDecode()
  },

  async exitInProgress() {
    const { context } = await opened()
    await context.open(long, {
      onProgress() {
        done()
        process.exit()
      },
    })
  },

  async exitInLoading() {
    void binding.loadModel(path, { mapFile: false })
    await turn()
    done()
    process.exit()
  },

  async exitInMaking() {
    const { model } = await opened()
    void model.createContext({ contextTokens: 4096, sequences: 16, threads: 2 })
    await turn()
    done()
    process.exit()
  },

  async exitInMeasuring() {
    const { sequence } = await opened()
    void sequence.measureCost(Int32Array.of(1, 64, 256), 60_000)
    await wait(30)
    done()
    process.exit()
  },

  async exitWithMoreWork() {
    const { model, context } = await opened()
    process.on('exit', () => {
      context.counters()
      void context.open(long)
      model.createContext({ contextTokens: 64, threads: 1 }).catch(() => {})
      void context.dispose()
    })
    void context.open(long)
    await wait(5)
    done()
    process.exit()
  },

  async uncaughtInDecode() {
    const { context } = await opened()
    void context.open(long)
    await wait(5)
    process.on('uncaughtException', () => {
      done()
      process.exit()
    })
    throw new Error('an error of the caller')
  },

  workerLeavesOpen: () => inWorker('leftOpen', (worker) => exited(worker)),
  workerCollects: () => inWorker('collected', (worker) => exited(worker)),
  workerExitsInDecode: () => inWorker('exitInDecode', (worker) => exited(worker)),
  workerThrowsInDecode: () => inWorker('uncaughtInDecode', (worker) => exited(worker)),
  workerIsTerminated: () => inWorker('exitNever', (worker) => worker.terminate()),
  mainExitsBesideWorker: () => inWorker('exitNever', () => process.exit()),

  async exitNever() {
    const { context } = await opened()
    done()
    for (;;) await (await context.open(long, { reuse: false })).close()
  },
}

await cases[name]()

async function opened() {
  const model = await binding.loadModel(path)
  const context = await model.createContext({ contextTokens: 2048, sequences: 4, threads: 1, batchTokens: 256 })
  return { model, context, sequence: await context.open(Int32Array.of(1, 2, 3, 4)) }
}

function done() {
  if (isMainThread) process.stdout.write('done\n')
  else parentPort.postMessage('done')
}

/** Runs a case on two worker threads beside work of this one; `end` begins when both have said that they are done. */
async function inWorker(which, end) {
  const { model } = await opened()
  const workers = [0, 1].map(() => new Worker(new URL(import.meta.url), { workerData: { path, name: which } }))
  const exits = workers.map((worker) => new Promise((resolve) => worker.once('exit', resolve)))
  await Promise.all(workers.map((worker) => new Promise((resolve) => worker.once('message', resolve))))
  done()
  await Promise.all(workers.map((worker) => end(worker)))
  await Promise.all(exits)
  await model.dispose()
}

/** A worker that ends by itself. */
async function exited() {}

async function disposed(order) {
  const { model, context, sequence } = await opened()
  const other = await context.open(Int32Array.of(1, 2, 3))
  const ways = [() => model.dispose(), () => context.dispose(), () => sequence.close(), () => other.close()]
  for (const index of [...order, ...order]) await ways[index]()
  await refused(() => sequence.verify(new Int32Array()))
  await refused(() => context.open(Int32Array.of(1)))
}

async function disposedAtWork(order) {
  const { model, context, sequence } = await opened()
  const working = [sequence.verify(Int32Array.of(5, 6, 7)), context.open(long), context.open(long)]
  const creating = model.createContext({ contextTokens: 64, threads: 1 })
  const ways = [() => model.dispose(), () => context.dispose(), () => sequence.close()]
  await Promise.allSettled([...order.map((index) => ways[index]()), ...working])
  await (await creating).dispose()
}

async function refused(ask) {
  const code = await ask().then(
    () => 'none',
    (error) => error.code,
  )
  if (code !== 'ERR_SESSION_CLOSED') throw new Error(`expected ERR_SESSION_CLOSED, got ${code}`)
}

async function forgotten(round) {
  const { model, context, sequence } = await opened()
  await sequence.verify(Int32Array.of(1))
  const sampler = model.createSampler({ temperature: 1, grammar: 'root ::= [a-z]+' })
  sampler.clone()
  // What is kept a moment longer: the model, the context, the sequence, or nothing.
  const kept = [model, context, sequence, sampler][round % 5]
  await collect()
  return kept
}

async function promisesOnly(ask) {
  const { context, sequence } = await opened()
  await context.open(Int32Array.of(5, 6, 7))
  return { settled: ask(context, sequence).then(() => undefined) }
}

async function collect() {
  globalThis.gc()
  await turn()
}

/** What is collected is freed and ends its threads, a moment later. */
async function everythingEnds() {
  const left = () => {
    const threads = readdirSync('/proc/self/task').length - threadsAtFirst
    // The counts are the process's, so beside other workers they say nothing.
    return [Math.max(threads, 0), ...(isMainThread ? Object.values(binding.living()) : [])]
  }
  for (let tries = 0; left().some((count) => count > 0) && tries < 3000; tries++) {
    await collect()
    await wait(10)
  }
  if (left().some((count) => count > 0))
    throw new Error(`left: ${left()} (threads, models, contexts, sequences, calls)`)
}

function permutations(items) {
  if (items.length < 2) return [items]
  return items.flatMap((item) => permutations(items.filter((other) => other !== item)).map((rest) => [item, ...rest]))
}
