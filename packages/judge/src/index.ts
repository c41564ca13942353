export {
  type BootstrapEstimate,
  type BootstrapOptions,
  bootstrap,
  type Interval,
  pairedBootstrap,
} from './agreement/bootstrap.js'
export {
  type CohenKappaOptions,
  cohenKappa,
  cohenKappaOfTable,
  type DisagreementWeight,
} from './agreement/cohen-kappa.js'
export { fleissKappa, ratingCounts } from './agreement/fleiss-kappa.js'
export {
  type AnsweringConfiguration,
  type ComparedText,
  type ExactnessCheck,
  type InheritableRow,
  type InheritScoresOptions,
  inheritScores,
  type PromptScore,
  type ScoredConfiguration,
} from './agreement/inherit-scores.js'
export {
  type Choice,
  type JudgeMeasurement,
  judgeError,
  measureJudge,
  positionBias,
  positionConsistency,
  type TwiceJudged,
} from './agreement/judge-measurement.js'
export { type AlphaLevel, krippendorffAlpha } from './agreement/krippendorff-alpha.js'
export { type Mcnemar, mcnemar } from './agreement/mcnemar.js'
export { type NonInferiority, type NonInferiorityOptions, nonInferiority } from './agreement/non-inferiority.js'
export { type RepetitionStability, repetitionStability } from './agreement/repetition-stability.js'
export { type Answer, answerOf, type Finish, isTruncated, type RecordedAnswer, type ToolCall } from './answer.js'
export { type CheckResult, checkResult, type Score } from './check-result.js'
export type {
  AllChecker,
  AnswerPart,
  Checker,
  CodeChecker,
  ExactChecker,
  ExpectedCall,
  IfevalChecker,
  IfevalInstruction,
  JsonSchemaChecker,
  NumericChecker,
  RegexChecker,
  ToolCallsChecker,
} from './checker.js'
export { type CheckOptions, check, type ScoredCheck, scoredCheck } from './checkers/check.js'
export { type Degeneration, degenerationOf, isEcho, isEmpty, isLoop } from './checkers/degenerate.js'
export { scoreOf } from './checkers/score.js'
export { type ImportSuiteOptions, importSuite } from './import/import-suite.js'
export type { ImportedPrompt, ImportedSuite, ImportFormat } from './import/imported-suite.js'
export { type RunnableSuite, runnableSuite } from './import/runnable-suite.js'
export { type AiSdkCompleteOptions, aiSdkComplete } from './judging/ai-sdk-complete.js'
export { blinded, isSameModel } from './judging/blinding.js'
export { type EngineFailure, failureOf } from './judging/engine-failure.js'
export {
  type JudgeBudget,
  type JudgeBudgetOptions,
  judgeBudget,
  type Spending,
  type TokenPrice,
} from './judging/judge-budget.js'
export {
  type JudgedPair,
  type JudgePairsOptions,
  judgePairs,
  type PairEvent,
  pairCount,
} from './judging/judge-pairs.js'
export type { AnswerScore, ComparedAnswers, JudgeRequest } from './judging/judge-requests.js'
export type { JudgedAnswer, JudgedPrompt } from './judging/judged.js'
export { type JudgedRunEvent, type JudgedRunsOptions, judgedRuns } from './judging/judged-runs.js'
export { type Jury, type JuryOptions, type JuryResult, jury } from './judging/jury.js'
export { type LlmJudge, type LlmJudgeOptions, llmJudge } from './judging/llm-judge.js'
export { pacedComplete } from './judging/paced-complete.js'
export { type PairJudge, type PairReport, pairReport } from './judging/pair-report.js'
export { type PatientCompleteOptions, patientComplete } from './judging/patient-complete.js'
export { type RemoteCompleteOptions, remoteComplete } from './judging/remote-complete.js'
export { systemClock } from './judging/system-clock.js'
export { timedComplete } from './judging/timed-complete.js'
export { type VerdictCache, type VerdictCacheOptions, verdictCache } from './judging/verdict-cache.js'
export { loadSuite, parseSuite, suiteJsonSchema } from './load-suite.js'
export type { Message, Role, SuiteImage, ToolDefinition } from './message.js'
export type { Clock, Complete, CompleteOptions, Completion, GenerationFigures, ImageData, Usage } from './ports.js'
export { type ImportedReviews, importReviews } from './reviews/import-reviews.js'
export { type ReviewAgreement, reviewAgreement } from './reviews/review-agreement.js'
export { type ReviewsCsvOptions, reviewsCsv } from './reviews/reviews-csv.js'
export {
  type CompareRunsOptions,
  compareRuns,
  type PromptComparison,
  type PromptDifference,
  type RunComparison,
} from './run/compare-runs.js'
export type { SpeedComparison } from './run/compare-speeds.js'
export {
  type Readiness,
  type ReadinessRole,
  type RoleReadiness,
  readinessOf,
  readinessThresholds,
  type TierResult,
} from './run/readiness.js'
export type { RecordDifference } from './run/record-differences.js'
export {
  type OpenRunCandidate,
  type RunCandidate,
  type RunEvent,
  type RunSuitesOptions,
  runSuites,
  type SuiteSource,
} from './run/run-suites.js'
export type { CodeSandbox, CodeSandboxOptions } from './sandbox/code-sandbox.js'
export { codeSandbox } from './sandbox/code-sandbox.js'
export type { RunSandboxed, SandboxOutcome, SandboxProgram, SandboxReport } from './sandbox-port.js'
export { type AnswerRow, isPass } from './store/answer-row.js'
export { type Baseline, type Baselines, baselines } from './store/baselines.js'
export { type OpenRun, type ResultsStore, resultsStore, type StoredRun } from './store/results-store.js'
export type { Review } from './store/review.js'
export type { Facts, RunModel, RunRecord, RunSampling, RunSubject } from './store/run-record.js'
export { type RunSpeed, summarizeSpeed } from './store/run-speed.js'
export { type RunSummary, summarizeRun } from './store/run-summary.js'
export type { VerdictRow } from './store/verdict-row.js'
export type { Rubric, Suite, SuitePrompt, Tier } from './suite.js'
export { type ImageControl, type ImageControlOptions, imageControl } from './suites/image-control.js'
export type { LongContextOptions } from './suites/long-context/long-context-suite.js'
export {
  isPackagedSuite,
  loadPackagedSuite,
  type PackagedSuiteName,
  packagedSuiteFolder,
  packagedSuiteNames,
} from './suites/packaged-suite.js'
export { assertComparable, comparisonFault, type SuiteIdentity, suiteIdentity } from './suites/suite-identity.js'
export { loadSuiteImages, type SuiteImages } from './suites/suite-images.js'
