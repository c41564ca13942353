import { createHash } from 'node:crypto'
import { gunzipSync } from 'node:zlib'
import { SpeculationError } from '@foretoken/contract'
import { readBoundedBytes } from '../read-bounded.js'
import { importBfcl } from './bfcl.js'
import { importFastChat } from './fastchat.js'
import { importGsm8k } from './gsm8k.js'
import { importHumanEval } from './humaneval.js'
import { importIfeval } from './ifeval.js'
import type { ImportedPrompt, ImportedSuite, ImportFormat, ImportSource } from './imported-suite.js'
import { importPromptfoo } from './promptfoo.js'

const maxBytes = 64 * 2 ** 20

/** Options of {@link importSuite}. */
export interface ImportSuiteOptions {
  /**
   * File of the possible answers (BFCL, where it is needed) or of the reference answers (MT-bench, FastChat).
   * @defaultValue none
   */
  readonly answers?: string
}

/** Reads a public suite from a file of at most 64 MiB, which may be compressed by gzip; faults are told with their line. */
export async function importSuite(
  format: ImportFormat,
  path: string,
  options: ImportSuiteOptions = {},
): Promise<ImportedSuite> {
  const source = await read(path)
  const answers = options.answers === undefined ? undefined : await read(options.answers)
  const prompts = imported(format, source, answers)
  const seen = new Set<string>()
  for (const { id } of prompts) {
    if (seen.has(id)) throw new SpeculationError('ERR_OPTION_INVALID', `${path} has two prompts with the id ${id}`)
    seen.add(id)
  }
  const fingerprint = createHash('sha256')
    .update(source.text)
    .update('\0')
    .update(answers?.text ?? '')
    .digest('hex')
  return { suite: format, fingerprint, prompts }
}

function imported(format: ImportFormat, source: ImportSource, answers: ImportSource | undefined): ImportedPrompt[] {
  switch (format) {
    case 'ifeval':
      return importIfeval(source)
    case 'gsm8k':
      return importGsm8k(source)
    case 'humaneval':
      return importHumanEval(source)
    case 'promptfoo':
      return importPromptfoo(source)
    case 'mt-bench':
    case 'fastchat':
      return importFastChat(source, answers)
    case 'bfcl':
      if (answers) return importBfcl(source, answers)
      throw new SpeculationError(
        'ERR_OPTION_INVALID',
        'BFCL needs the file of its possible answers in the option answers',
      )
  }
}

async function read(path: string): Promise<ImportSource> {
  const bytes = await readBoundedBytes(path, maxBytes)
  const packed = bytes[0] === 0x1f && bytes[1] === 0x8b
  return { name: path, text: (packed ? unpacked(bytes, path) : bytes).toString('utf8') }
}

function unpacked(bytes: Buffer, path: string): Buffer {
  try {
    return gunzipSync(bytes, { maxOutputLength: maxBytes })
  } catch (cause) {
    throw new SpeculationError('ERR_OPTION_INVALID', `${path} unpacks to more than ${maxBytes} bytes, or is damaged`, {
      cause,
    })
  }
}
