import type { MachineFacts } from '@foretoken/registry'
import { counted, speed } from '../closing-line.js'
import type { Colours } from '../colours.js'
import type { ApplyingRefusal } from './applying-refusals.js'
import { bytes, percent } from './decoding-bandwidth.js'
import type { BreakEven, DoctorResult, DraftReport, EngineReport, FileReport, ModelReport } from './doctor-result.js'

/** The result as a person reads it: a paragraph for each matter, the findings, and the verdict. */
export function doctorText(result: DoctorResult, colours: Colours): string {
  const { machine, engine, model, draft, findings, refusals, verdict } = result
  const paragraphs: (readonly [title: string, lines: readonly string[]])[] = [
    ['Machine', machineLines(machine)],
    ['Engine', engineLines(engine)],
    ...(model === undefined ? [] : [['Model', modelLines(model)] as const]),
    ...(draft === undefined ? [] : [['Draft', draftLines(draft)] as const]),
    ...(refusals.length === 0 ? [] : [['Known', refusals.map(refusalLine)] as const]),
    ...(findings.length === 0 ? [] : [['Findings', findings.map((finding) => `- ${finding}`)] as const]),
  ]
  const text = paragraphs.map(([title, lines]) =>
    lines.map((line, index) => `${index === 0 ? colours.bold(title.padEnd(10)) : ' '.repeat(10)}${line}`).join('\n'),
  )
  return `${text.join('\n')}\n\n${colours.bold(verdict)}\n`
}

function machineLines(machine: MachineFacts): readonly string[] {
  const { processor, physicalCores, logicalCores, numaNodes, governor, memory, cacheBytes, hugePages } = machine
  const { copyBytesPerSecond, vectorUnits = [], unknown, limits } = machine
  const cores =
    physicalCores === undefined
      ? counted(logicalCores, 'logical core')
      : `${counted(physicalCores, 'core')} (${logicalCores} logical)`
  return [
    [processor || 'unknown processor', cores, ...(numaNodes ? [counted(numaNodes.length, 'memory node')] : [])].join(
      ', ',
    ),
    [
      `${bytes(memory.totalBytes)} of memory, ${bytes(memory.availableBytes)} available`,
      ...(limits.memoryBytes === undefined ? [] : [`limited to ${bytes(limits.memoryBytes)}`]),
      ...(limits.cores === undefined ? [] : [`limited to ${limits.cores} cores`]),
      ...(cacheBytes === undefined ? [] : [`caches ${bytes(cacheBytes)}`]),
      ...(copyBytesPerSecond === undefined ? [] : [`copies ${bytes(copyBytesPerSecond)}/s`]),
    ].join(', '),
    ...(vectorUnits.length > 0 ? [vectorUnits.join(', ')] : []),
    ...(governor !== undefined || hugePages !== undefined
      ? [
          [governor && `governor ${governor}`, hugePages && `huge pages ${hugePages.transparent}`]
            .filter(Boolean)
            .join(', '),
        ]
      : []),
    ...(unknown.length > 0 ? [`unknown here: ${unknown.join(', ')}`] : []),
  ]
}

function engineLines({ name, version, cpuLibrary, usesOpenMp, threads, because }: EngineReport): readonly string[] {
  const parts = [
    version === undefined ? name : `${name} (llama.cpp of node-llama-cpp ${version})`,
    ...(cpuLibrary === undefined ? [] : [cpuLibrary]),
    ...(threads === undefined ? [] : [counted(threads, 'thread')]),
  ]
  const openMp =
    usesOpenMp === undefined
      ? []
      : [usesOpenMp ? 'It is linked with OpenMP.' : 'It does not use OpenMP: OMP_NUM_THREADS does nothing.']
  return [parts.join(', '), [because, ...openMp].join(' ')]
}

function fileLines({
  path,
  name,
  architecture,
  parameters,
  activeParameters,
  memory,
  ...file
}: FileReport): readonly string[] {
  const { experts, quantization, layers, contextTokens, vocabulary, rollback, draftHeads, seesWithProjector } = file
  const active = activeParameters < parameters ? `, ${short(activeParameters)} active` : ''
  return [
    `${path}${name === undefined ? '' : ` (${name})`}`,
    [
      `${architecture}, ${short(parameters)} parameters${active}, ${quantization}, ${counted(layers, 'layer')}`,
      `trained for ${contextTokens} tokens`,
      ...(experts === undefined ? [] : [`${experts.used} of ${experts.count} experts (${experts.overrideKey})`]),
    ].join(', '),
    [
      ...(vocabulary === undefined ? ['no vocabulary'] : [`${vocabulary.size} tokens of type ${vocabulary.type}`]),
      `rejected tokens: ${rollback}`,
      ...(draftHeads.length === 0 ? [] : [`has ${draftHeads.join(', ')} heads`]),
      ...(seesWithProjector ? ['sees with --mmproj'] : []),
    ].join(', '),
    `needs ${bytes(memory.totalBytes)}: weights ${bytes(memory.weightsBytes)}, cache ${bytes(memory.cacheBytes)} (${bytes(memory.cacheBytesPerToken)} a token), state ${bytes(memory.recurrentBytes)}, compute ${bytes(memory.computeBytes)}`,
  ]
}

function modelLines(model: ModelReport): readonly string[] {
  const { loadSeconds, costs = [], replay = [], decoding, breakEven, drafters = [] } = model
  const [one] = costs
  return [
    ...fileLines(model),
    ...(loadSeconds === undefined ? [] : [`loaded in ${loadSeconds.toFixed(1)} s`]),
    ...(one === undefined
      ? []
      : [
          `a step takes ${milliseconds(one.seconds)}; with more tokens ${costs
            .slice(1)
            .map(({ width, seconds }) => `${width}: ${(seconds / one.seconds).toFixed(2)}×`)
            .join(', ')}`,
        ]),
    ...(replay[0] === undefined
      ? []
      : [`going back and running a token again takes ${milliseconds(replay[0].seconds)}`]),
    ...(decoding === undefined ? [] : [`${speed(decoding.tokensPerSecond)} tokens/s; ${decoding.sentence}`]),
    ...(breakEven === undefined ? [] : [`break-even acceptance of free drafts: ${breakEvenWords(breakEven)}`]),
    ...drafters.map(
      ({ drafter, draftedTokens, acceptedTokens, expectedSpeedup }) =>
        `${drafter}: ${acceptedTokens} of ${draftedTokens} drafted tokens right, expected ${expectedSpeedup.toFixed(2)}×`,
    ),
  ]
}

function draftLines(draft: DraftReport): readonly string[] {
  const { compatible, loadSeconds, secondsPerToken, breakEven, measured } = draft
  return [
    ...fileLines(draft),
    compatible ? 'its vocabulary suits the model’s' : 'it does not suit the model',
    ...(loadSeconds === undefined || secondsPerToken === undefined
      ? []
      : [`loaded in ${loadSeconds.toFixed(1)} s; a drafted token takes ${milliseconds(secondsPerToken)}`]),
    ...(breakEven === undefined ? [] : [`break-even acceptance of its drafts: ${breakEvenWords(breakEven)}`]),
    ...(measured === undefined
      ? []
      : [
          `${measured.acceptedTokens} of ${measured.draftedTokens} drafted tokens right, expected ${measured.expectedSpeedup.toFixed(2)}× with ${measured.draftTokens} a draft`,
        ]),
  ]
}

function refusalLine({ title, figure, reason, since, instead }: ApplyingRefusal): string {
  const changed = since === undefined ? '' : ` Since then: ${since.replace(/\.?$/, '.')}`
  return `- ${title} (${figure}): ${reason}.${changed} Instead: ${instead}.`
}

function breakEvenWords(list: readonly BreakEven[]): string {
  return list
    .map(
      ({ draftTokens, acceptanceRate }) =>
        `${acceptanceRate === undefined ? 'never' : percent(acceptanceRate)} (K = ${draftTokens})`,
    )
    .join(', ')
}

function milliseconds(seconds: number): string {
  const ms = 1000 * seconds
  return `${ms >= 100 ? Math.round(ms) : ms.toFixed(2)} ms`
}

/** Numbers of weights: 3.1 M, 30 B. */
function short(count: number): string {
  const [unit, value] = count >= 1e9 ? ['B', count / 1e9] : ['M', count / 1e6]
  return `${value >= 100 ? Math.round(value) : value.toFixed(1)} ${unit}`
}
