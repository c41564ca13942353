import type { MachineLimits } from './machine-facts.js'
import type { MachineSource } from './machine-source.js'

/** What the control groups of this process allow, and what of the memory is taken. */
export interface LinuxLimits extends MachineLimits {
  /** Memory that the limited group holds, without what the kernel can drop at once. */
  readonly usedBytes?: number
}

interface Mount {
  readonly type: string
  readonly options: readonly string[]
  /** The part of the hierarchy that the mount shows. */
  readonly root: string
  readonly point: string
}

// A limit of version 1 that was never set is this large.
const unlimitedBytes = 2 ** 60
const mostAncestors = 64

/** Both versions of control groups; a limit of any group above counts. */
export function linuxLimits(source: MachineSource): LinuxLimits {
  const mounts = readMounts(source.readText('/proc/self/mountinfo') ?? '')
  const groups = readGroups(source.readText('/proc/self/cgroup') ?? '')
  const memory = foldersOf('memory', { mounts, groups }).flatMap((folder) => memoryLimit(source, folder) ?? [])
  const cores = foldersOf('cpu', { mounts, groups }).flatMap((folder) => coreLimit(source, folder) ?? [])
  const tightest = memory.toSorted((one, other) => one.memoryBytes - other.memoryBytes)[0]
  return { ...tightest, ...(cores.length > 0 && { cores: Math.min(...cores) }) }
}

function readMounts(text: string): readonly Mount[] {
  return text.split('\n').flatMap((line) => {
    const [before = '', after = ''] = line.split(' - ')
    const [, , , root, point] = before.split(' ')
    const [type = '', , options = ''] = after.split(' ')
    if (root === undefined || point === undefined || !/^cgroup2?$/.test(type)) return []
    return { type, options: options.split(','), root, point: point.replaceAll('\\040', ' ') }
  })
}

function readGroups(text: string): ReadonlyMap<string, string> {
  const groups = new Map<string, string>()
  for (const line of text.split('\n')) {
    const [, controllers, path] = /^\d+:([^:]*):(\/.*)$/.exec(line) ?? []
    if (controllers === undefined || path === undefined) continue
    for (const name of controllers.split(',')) groups.set(name, path)
  }
  return groups
}

/** Folders of the process's group and of those above it; of version 2 and of version 1, since a machine may have both. */
function foldersOf(
  controller: string,
  { mounts, groups }: { readonly mounts: readonly Mount[]; readonly groups: ReadonlyMap<string, string> },
): readonly string[] {
  return mounts.flatMap((mount) => {
    const serves = mount.type === 'cgroup2' || mount.options.includes(controller)
    const path = groups.get(mount.type === 'cgroup2' ? '' : controller)
    if (!serves || path === undefined) return []
    // Inside of a container the mount's root is the container's own group.
    const below = path.startsWith(mount.root) ? path.slice(mount.root.length) : ''
    const names = below.split('/').filter((name) => name !== '' && name !== '..')
    return Array.from({ length: Math.min(names.length, mostAncestors) + 1 }, (_, depth) =>
      [mount.point, ...names.slice(0, names.length - depth)].join('/'),
    )
  })
}

function memoryLimit(source: MachineSource, folder: string): { memoryBytes: number; usedBytes: number } | undefined {
  const number = (name: string) => Number.parseInt(source.readText(`${folder}/${name}`) ?? '', 10)
  const limit = [number('memory.max'), number('memory.limit_in_bytes')].find((value) => value >= 0)
  if (limit === undefined || limit >= unlimitedBytes) return undefined
  const held = [number('memory.current'), number('memory.usage_in_bytes')].find((value) => value >= 0) ?? 0
  const statistics = source.readText(`${folder}/memory.stat`) ?? ''
  const droppable = Number(/^(?:total_)?inactive_file (\d+)/m.exec(statistics)?.[1] ?? 0)
  return { memoryBytes: limit, usedBytes: Math.max(0, held - droppable) }
}

function coreLimit(source: MachineSource, folder: string): number | undefined {
  const [quota = '', period = ''] = (source.readText(`${folder}/cpu.max`) ?? '').trim().split(' ')
  const first = Number(quota) / Number(period)
  if (quota !== '' && first > 0) return first
  const older = (name: string) => Number.parseInt(source.readText(`${folder}/${name}`) ?? '', 10)
  const second = older('cpu.cfs_quota_us') / older('cpu.cfs_period_us')
  return second > 0 && Number.isFinite(second) ? second : undefined
}
