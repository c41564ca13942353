export interface LockOptions {
  readonly pollMs?: number
  readonly onWait?: () => void
}
export function withLock<Result>(file: string, task: () => Promise<Result>, options?: LockOptions): Promise<Result>
export function isStale(path: string): boolean
export function touch(path: string): void
