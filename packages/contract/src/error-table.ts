/** What a code means, how to cure it, and how it leaves a program and an HTTP server. */
export interface ErrorEntry {
  readonly cause: string
  readonly cure: string
  /** Exit code of the process: 2 usage, 3 model, 4 size, 5 stored file, 6 engine, 70 a fault in a program, 130 aborted. */
  readonly exitCode: number
  readonly httpStatus: number
}

/** Which failure it is; the key of its row in {@link errorTable}. */
export type ErrorCode =
  | 'ERR_OPTION_INVALID'
  | 'ERR_FILE_NOT_FOUND'
  | 'ERR_MODEL_FORMAT'
  | 'ERR_MODEL_UNSUPPORTED'
  | 'ERR_VOCABULARY_MISMATCH'
  | 'ERR_CONTEXT_FULL'
  | 'ERR_BUDGET_EXCEEDED'
  | 'ERR_MEMORY_FORMAT'
  | 'ERR_REGISTRY_FORMAT'
  | 'ERR_CONFIG_FORMAT'
  | 'ERR_STATE_FORMAT'
  | 'ERR_MODEL_UNKNOWN'
  | 'ERR_ENGINE_VERSION'
  | 'ERR_ENGINE_LOST'
  | 'ERR_CONTRACT_VERSION'
  | 'ERR_SESSION_CLOSED'
  | 'ERR_SESSION_BUSY'
  | 'ERR_ABORTED'

/** Every code that a `@foretoken` package throws. */
export const errorTable: Readonly<Record<ErrorCode, ErrorEntry>> = {
  ERR_OPTION_INVALID: entry(
    'an option or argument has a value outside its range',
    'use a value that the message names',
    2,
    400,
  ),
  ERR_FILE_NOT_FOUND: entry('a file is missing or cannot be read', 'check the path and its permissions', 3, 404),
  ERR_MODEL_FORMAT: entry('the file is not a whole GGUF model', 'download or convert the model again', 3, 422),
  ERR_MODEL_UNSUPPORTED: entry(
    'llama.cpp cannot run this model',
    'use a model of an architecture that the message names',
    3,
    422,
  ),
  ERR_VOCABULARY_MISMATCH: entry(
    'two parts do not share one vocabulary',
    'use a draft model or a memory that was made with the target’s tokenizer',
    3,
    422,
  ),
  ERR_CONTEXT_FULL: entry(
    'the text does not fit into the context',
    'shorten the prompt or raise the context size',
    4,
    400,
  ),
  ERR_BUDGET_EXCEEDED: entry(
    'a limit on memory, tokens, time or cost is reached',
    'raise the limit or ask for less',
    4,
    429,
  ),
  ERR_MEMORY_FORMAT: entry(
    'a saved drafter memory is damaged or of another version',
    'delete the file; it is made again',
    5,
    500,
  ),
  ERR_REGISTRY_FORMAT: entry(
    'a registry is not of the form that its JSON Schema says',
    'mend the lines that foretoken registry validate names',
    3,
    422,
  ),
  ERR_CONFIG_FORMAT: entry(
    'a configuration is not of the form that its JSON Schema says',
    'mend the lines that the message names',
    3,
    422,
  ),
  ERR_STATE_FORMAT: entry(
    'what was stored is damaged or of a newer version',
    'name another folder, or take the version of Foretoken that wrote it',
    5,
    500,
  ),
  ERR_MODEL_UNKNOWN: entry('no model and no role has this name', 'use a name of the list of models', 2, 404),
  ERR_ENGINE_VERSION: entry(
    'the engine is of a version this program was not built for',
    'install the version that the message names',
    6,
    500,
  ),
  ERR_ENGINE_LOST: entry(
    'the engine failed or its process ended',
    'try again; the message carries the engine’s own words',
    6,
    503,
  ),
  ERR_CONTRACT_VERSION: entry(
    'a part speaks another version of the contract',
    'update the older of the two packages',
    70,
    500,
  ),
  ERR_SESSION_CLOSED: entry('a session was used after its end', 'open a new session', 70, 410),
  ERR_SESSION_BUSY: entry(
    'a session was called while an earlier call was running',
    'await the earlier call first',
    70,
    409,
  ),
  ERR_ABORTED: entry('the caller cancelled', 'nothing to cure', 130, 499),
}

function entry(cause: string, cure: string, exitCode: number, httpStatus: number): ErrorEntry {
  return { cause, cure, exitCode, httpStatus }
}
