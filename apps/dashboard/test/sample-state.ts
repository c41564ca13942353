import type { RequestRecord, RequestTrace, ServiceState, ServingFacts } from 'foretoken/serve-types'
import { scriptedSteps } from './scripted-steps.js'

const facts: ServingFacts = {
  engine: 'native',
  contextTokens: 4_096,
  slots: 4,
  memoryBytes: 420 * 2 ** 20,
  takesImages: false,
  toolFormat: 'grammar',
  drafters: ['lookup', 'suffix', 'model'],
}

const idle = { created: 0, active: 0, queued: 0, pinned: false } as const

/** A house with a bit of everything. */
export const sampleState: ServiceState = {
  models: [
    { ...idle, id: 'auto', kind: 'auto', state: 'hot' },
    { ...idle, id: 'role:coder_primary', kind: 'role', state: 'hot' },
    { ...idle, id: 'base', kind: 'model', state: 'hot', pinned: true, active: 2, queued: 1, facts },
    { ...idle, id: 'moe', kind: 'model', state: 'hot', facts: { ...facts, memoryBytes: 180 * 2 ** 20 } },
    { ...idle, id: 'hybrid', kind: 'model', state: 'cold' },
    { ...idle, id: 'upstream', kind: 'model', state: 'failed', failure: 'no answer from 127.0.0.1:9; is it started?' },
  ],
  memory: { usedBytes: 600 * 2 ** 20, budgetBytes: 2 ** 30 },
  evictions: [{ model: 'hybrid', reason: 'unused for 300 s; room for moe', at: '2026-01-01T12:00:00.000Z' }],
  evicted: 1,
  goodput: 183.4,
  tokens: 5_210,
  steps: 1_604,
  drafters: {
    lookup: { drafted: 3_120, accepted: 2_480 },
    suffix: { drafted: 1_400, accepted: 910 },
    model: { drafted: 420, accepted: 216 },
  },
}

/** A request that was answered. */
export const sampleRequest: RequestRecord = {
  id: 'scripted',
  key: '',
  model: 'base',
  route: { role: 'coder_primary', intents: { coder_primary: 0.91, quick: 0.09 }, escalatedFrom: ['moe'] },
  startedAt: '2026-01-01T12:00:00.000Z',
  queueMs: 2,
  promptMs: 31,
  generateMs: 820,
  promptTokens: 48,
  reusedTokens: 40,
  completionTokens: 120,
  draftedTokens: 96,
  acceptedTokens: 78,
  steps: 42,
  finish: 'stop',
}

/** The same request with the first of its steps, and their text. */
export const sampleTrace: RequestTrace = {
  ...sampleRequest,
  trace: scriptedSteps('What was kept of the answer is shown again.', ['lookup', '']).map(({ step, pieces }) => ({
    ...step,
    pieces,
  })),
  droppedSteps: 39,
}
