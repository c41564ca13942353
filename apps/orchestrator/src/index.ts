export { buildCorpus } from './corpus/build-corpus.js'
export type { CorpusOptions } from './corpus/corpus-options.js'
export type { CorpusResult } from './corpus/corpus-result.js'
export type { ApplyingRefusal } from './doctor/applying-refusals.js'
export type { DecodingBandwidth } from './doctor/decoding-bandwidth.js'
export { doctor } from './doctor/doctor.js'
export type { DoctorOptions } from './doctor/doctor-options.js'
export type {
  BreakEven,
  DoctorResult,
  DrafterReport,
  DraftReport,
  EngineReport,
  FileReport,
  ModelReport,
} from './doctor/doctor-result.js'
export type { NativeReport } from './doctor/engine-report.js'
export type { DoctorPorts } from './doctor/examine.js'
export type { MemoryResult } from './draft-memory.js'
export type { EndingSignal, Environment, Host, OutputStream } from './host.js'
export type { ModelOptions, ModelPorts } from './load-model.js'
export { main } from './main.js'
export { type PlanPorts, plan } from './plan/plan.js'
export type { PlanOptions } from './plan/plan-options.js'
export type { PlannedLaunch, PlanResult } from './plan/plan-result.js'
export { run } from './run.js'
export type { RunOptions } from './run-options.js'
export type { ComparisonResult, RunResult, Timings } from './run-result.js'
export { tune } from './tune/tune.js'
export type { TuneOptions } from './tune/tune-options.js'
export type { TunedValue, TuneResult, TuneRow, TuneSweep } from './tune/tune-result.js'
