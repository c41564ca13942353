import type { ClientSignal } from './client-signal.js'

/** The calls whose answers are not out yet. */
export interface OpenCalls {
  readonly isDraining: boolean
  /** Counts a call until it is removed. */
  add(call: ClientSignal): void
  remove(call: ClientSignal): void
  /** From now on none are taken; resolves when the open ones are over. Those that are not in time are aborted. */
  drain(limitMs: number, reason: Error): Promise<void>
}

// An aborted call has still to say why.
const farewellMs = 1000

/** No calls yet. */
export function createOpenCalls(): OpenCalls {
  const open = new Set<ClientSignal>()
  let isDraining = false
  let onEmpty: () => void = () => {}
  const emptyWithin = (limitMs: number) =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, limitMs)
      onEmpty = () => {
        clearTimeout(timer)
        resolve()
      }
      if (open.size === 0) onEmpty()
    })
  return {
    get isDraining() {
      return isDraining
    },
    add: (call) => void open.add(call),
    remove(call) {
      open.delete(call)
      if (open.size === 0) onEmpty()
    },
    async drain(limitMs, reason) {
      isDraining = true
      await emptyWithin(limitMs)
      for (const call of open) call.abort(reason)
      await emptyWithin(farewellMs)
    },
  }
}
