import type { ServingEngine } from '../serving-engine.js'
import type { Clock } from './clock.js'
import { bytesText, messageOf } from './pool-errors.js'
import type { PoolMember } from './pool-member.js'
import type { PoolEvent } from './pooled-model.js'

/** Starts and ends the engines of a pool. */
export interface PoolLoading {
  load(member: PoolMember): void
  unload(member: PoolMember, reason: string): void
  /** Its engine failed while it answered: it is started anew when its other requests are over. */
  lose(member: PoolMember): void
  /** Ends everything, what is loading included. */
  close(members: readonly PoolMember[]): Promise<void>
}

/** What loading needs of its pool. */
export interface PoolLoadingOptions {
  readonly clock: Clock
  readonly budgetBytes: number
  readonly onEvent: (event: PoolEvent) => void
  readonly usedBytes: () => number
  /** Throws where a member can never fit. */
  readonly assertFits: (member: PoolMember) => void
  /** Called when a model has come, gone or failed. */
  readonly onChange: () => void
}

const firstRetryMs = 1_000
const lastRetryMs = 60_000

/** Loads models, measures them, and waits longer after each failure. */
export function poolLoading(options: PoolLoadingOptions): PoolLoading {
  const { clock, onEvent, onChange } = options
  const ending = new AbortController()
  const pending = new Set<Promise<void>>()
  const track = (work: Promise<void>) => {
    pending.add(work)
    void work.finally(() => pending.delete(work))
  }
  /** What turns out larger than foretold goes, and is loaded again when there is room for what it was measured to take. */
  const tooMuch = async (member: PoolMember, loaded: { engine: ServingEngine; foretoldBytes: number }) => {
    await end(loaded.engine)
    options.assertFits(member)
    const { name } = member.model
    const reason = `it takes ${bytesText(member.bytes)}, not ${bytesText(loaded.foretoldBytes)}, and there is no room`
    onEvent({ kind: 'evicted', model: name, bytes: member.bytes, reason })
    member.phase = 'cold'
    onChange()
  }
  const load = async (member: PoolMember) => {
    const startedAt = clock.now()
    const foretoldBytes = member.bytes
    try {
      const engine = await startMember(member, { signal: ending.signal, onEvent })
      if (ending.signal.aborted) return await engine[Symbol.asyncDispose]()
      member.bytes = engine.facts.memoryBytes
      if (options.usedBytes() > options.budgetBytes) return await tooMuch(member, { engine, foretoldBytes })
      Object.assign(member, { engine, phase: 'hot', lastUsedAt: clock.now(), hotAt: clock.now(), isBroken: false })
      delete member.failure
      const ms = clock.now() - startedAt
      onEvent({ kind: 'loaded', model: member.model.name, bytes: member.bytes, foretoldBytes, ms })
    } catch (error) {
      failed(member, error, { clock, onEvent })
    }
    onChange()
  }
  const unload = async (member: PoolMember, engine: ServingEngine | undefined) => {
    await end(engine)
    member.phase = 'cold'
    onChange()
  }
  return {
    load(member) {
      Object.assign(member, { phase: 'loading', rate: 0 })
      track(load(member))
    },
    unload(member, reason) {
      const { engine, model, bytes } = member
      member.phase = 'leaving'
      delete member.engine
      onEvent({ kind: 'evicted', model: model.name, bytes, reason })
      track(unload(member, engine))
    },
    lose(member) {
      if (member.isBroken) return
      member.isBroken = true
      // The first time it is started at once: whoever waits has waited enough.
      member.retryAt = member.failures === 0 ? 0 : clock.now() + retryMs(member.failures)
      member.failures++
    },
    async close(members) {
      ending.abort()
      await Promise.all(members.map(({ engine }) => end(engine)))
      await Promise.all(pending)
    },
  }
}

/** An engine that cannot be ended in order is gone all the same: there is nothing else to be done about it. */
async function end(engine: ServingEngine | undefined): Promise<void> {
  try {
    await engine?.[Symbol.asyncDispose]()
  } catch {}
}

async function startMember(
  member: PoolMember,
  { signal, onEvent }: { readonly signal: AbortSignal } & Pick<PoolLoadingOptions, 'onEvent'>,
): Promise<ServingEngine> {
  const { name, start } = member.model
  return start({
    signal,
    onProgress(rate) {
      if (member.phase !== 'loading') return
      member.rate = rate
      for (let index = 0; index < member.line.length; index++) member.line.at(index)?.onLoading?.(rate)
    },
    onEvent: (event) => onEvent({ kind: 'engine', model: name, event }),
  })
}

function failed(
  member: PoolMember,
  error: unknown,
  { clock, onEvent }: Pick<PoolLoadingOptions, 'clock' | 'onEvent'>,
): void {
  member.phase = 'cold'
  member.failure = error
  member.failures++
  const ms = retryMs(member.failures)
  member.retryAt = clock.now() + ms
  onEvent({ kind: 'failed', model: member.model.name, message: messageOf(error), retryMs: ms })
  for (const waiter of member.line.clear()) waiter.refuse(error)
}

function retryMs(failures: number): number {
  return Math.min(lastRetryMs, firstRetryMs * 2 ** (failures - 1))
}
