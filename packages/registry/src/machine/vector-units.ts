import type { MachineSource } from './machine-source.js'

// Linux's names of the instruction sets for which ggml has kernels (ggml-cpu's x86 and ARM variants).
const unitsByFlag: Readonly<Record<string, string>> = {
  sse4_2: 'SSE4.2',
  avx: 'AVX',
  f16c: 'F16C',
  fma: 'FMA',
  bmi2: 'BMI2',
  avx2: 'AVX2',
  avx_vnni: 'AVX-VNNI',
  avx512f: 'AVX-512',
  avx512_vnni: 'AVX-512 VNNI',
  avx512_bf16: 'AVX-512 BF16',
  amx_int8: 'AMX',
  asimd: 'NEON',
  neon: 'NEON',
  asimddp: 'DOTPROD',
  i8mm: 'I8MM',
  sve: 'SVE',
  sve2: 'SVE2',
  sme: 'SME',
}

/** Vector units by the names of their makers; `undefined` where the system does not tell. */
export function vectorUnits(source: MachineSource): readonly string[] | undefined {
  if (source.platform === 'linux') {
    const flags = /^(?:flags|Features)\s*:\s*(.*)$/m.exec(source.readText('/proc/cpuinfo') ?? '')?.[1]
    if (flags === undefined) return undefined
    return [...new Set(flags.split(' ').flatMap((flag) => unitsByFlag[flag] ?? []))]
  }
  // Every 64-bit ARM processor has it; of others Node.js tells nothing.
  return source.architecture === 'arm64' ? ['NEON'] : undefined
}
