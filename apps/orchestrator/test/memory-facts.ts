import type { MachineFacts, ModelFacts } from '@foretoken/registry'

/** A machine of two cores that copies a gigabyte a second. */
export function memoryMachineFacts(facts: Partial<MachineFacts> = {}): MachineFacts {
  return {
    platform: 'linux',
    architecture: 'x64',
    processor: 'Memory CPU',
    logicalCores: 2,
    physicalCores: 2,
    numaNodes: [{ node: 0, processors: [0, 1], memoryBytes: 8e9 }],
    hasNumactl: false,
    memory: { totalBytes: 8e9, availableBytes: 6e9 },
    cacheBytes: 1e6,
    vectorUnits: ['AVX2'],
    limits: {},
    copyBytesPerSecond: 1e9,
    unknown: [],
    ...facts,
  }
}

/** What is made up of a file. */
export interface MemoryFactsOptions {
  readonly path: string
  readonly weightsBytes: number
  /** Tokens of the vocabulary; two files suit each other where they have the same number. */
  readonly vocabularySize?: number
}

/** Facts of a file that is not there. */
export function memoryModelFacts({ path, weightsBytes, vocabularySize = 300 }: MemoryFactsOptions): ModelFacts {
  return {
    location: path,
    architecture: 'memory',
    kind: 'model',
    files: [path],
    fileBytes: weightsBytes,
    parameters: weightsBytes,
    activeParameters: weightsBytes,
    bytesPerToken: weightsBytes,
    quantization: { name: 'Q8_0', bitsPerWeight: 8, types: [] },
    layers: 1,
    embeddingLength: 1,
    contextTokens: 1_000,
    vocabulary: {
      type: 'bpe',
      preTokenizer: '',
      size: vocabularySize,
      bos: undefined,
      eos: undefined,
      eot: undefined,
      pad: undefined,
      unknown: undefined,
      addBos: false,
      addEos: false,
      fingerprint: String(vocabularySize),
      bytesOf: (token) => Buffer.from(String(token)),
    },
    rollback: 'trim',
    seesWithProjector: false,
    draftHeads: [],
    memory: {
      weightsBytes,
      attention: [],
      recurrentBytes: 0,
      vocabularySize,
      embeddingLength: 1,
      heads: 1,
      queryLength: 1,
      feedForwardLength: 1,
      usedExperts: 0,
    },
  }
}
