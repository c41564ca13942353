import { readdir, readFile } from 'node:fs/promises'

/** What a process and its children hold. */
export interface ProcessFigures {
  /** Of the process itself, without its engines. */
  readonly residentBytes: number
  /** Of its engines. */
  readonly engineBytes: number
  /** Open files and connections of the process itself. */
  readonly descriptors: number
}

/** Reads it from Linux' /proc. */
export async function processFigures(pid: number): Promise<ProcessFigures> {
  const engines = await childrenOf(pid)
  const sizes = await Promise.all(engines.map(residentBytes))
  return {
    residentBytes: await residentBytes(pid),
    engineBytes: sizes.reduce((sum, bytes) => sum + bytes, 0),
    descriptors: (await readdir(`/proc/${pid}/fd`)).length,
  }
}

/** Seconds of processor time that a process and its children took so far, those that ended not counted. */
export async function processorSeconds(pid: number): Promise<number> {
  const seconds = await Promise.all([pid, ...(await childrenOf(pid))].map(ownSeconds))
  return seconds.reduce((sum, one) => sum + one, 0)
}

async function ownSeconds(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  // Behind the name, which may hold anything: fields 14 and 15, in hundredths of a second on Linux.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) / 100
}

/** Processes that a process started and that still run. */
export async function childrenOf(pid: number): Promise<readonly number[]> {
  const text = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '')
  return text.split(' ').filter(Boolean).map(Number)
}

async function residentBytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1_024
}
