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
export { loadSuite, parseSuite, suiteJsonSchema } from './load-suite.js'
export type { Message, Role, SuiteImage, ToolDefinition } from './message.js'
export type { Clock, Complete, CompleteOptions, Completion, ImageData, Usage } from './ports.js'
export type { Rubric, Suite, SuitePrompt, Tier } from './suite.js'
