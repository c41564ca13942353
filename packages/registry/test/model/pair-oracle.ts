import { type ChildProcess, spawn } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { PairRule } from '../../src/index.js'
import type { EngineSource } from './engine-source.js'
import { oracleProgram } from './oracle-program.js'

/** What llama.cpp says about a pair. */
export interface OracleAnswer {
  /** The first rule that it finds broken, and stops at; `''` where there is none. */
  readonly verdict: PairRule | ''
  /** All rules that are broken, by llama.cpp's own view of both vocabularies. */
  readonly rules: readonly PairRule[]
  /** First common token with another text; −1 for none. */
  readonly firstToken: number
  readonly differingTokens: number
}

/** llama.cpp's own judgement of pairs. */
export interface PairOracle extends AsyncDisposable {
  /** The 19 vocabularies that llama.cpp is tested with. */
  readonly vocabularies: readonly string[]
  /** `undefined` where llama.cpp cannot load one of the two. A path is loaded once, until it is forgotten. */
  judge(target: string, draft: string): Promise<OracleAnswer | undefined>
  forget(path: string): Promise<void>
}

/** Cuts `common_speculative_are_compatible` out of the shipped source and compiles it against the shipped libraries. */
export function pairOracle(engine: EngineSource): PairOracle {
  const program = engine.compile('oracle', oracleProgram(engine.read('common/speculative.cpp')))
  const models = join(engine.folder, 'models')
  const vocabularies = readdirSync(models).filter((name) => name.endsWith('.gguf'))
  return talkTo(
    () => spawn(program, [engine.libraries], { stdio: ['pipe', 'pipe', 'ignore'] }),
    vocabularies.map((name) => join(models, name)),
  )
}

/** llama.cpp ends its process over what it does not expect; the next question starts another one. */
function talkTo(start: () => ChildProcess, vocabularies: readonly string[]): PairOracle {
  let child: ChildProcess | undefined
  let talk: ((question: string) => Promise<string | undefined>) | undefined
  const ask = async (question: string): Promise<string | undefined> => {
    if (talk === undefined) {
      child = start()
      talk = questions(child)
    }
    const answer = await talk(question)
    if (answer === undefined) talk = undefined
    return answer
  }
  return {
    vocabularies,
    async judge(target, draft) {
      const answer = await ask(`${target}\t${draft}`)
      return answer === undefined || answer === '!' ? undefined : (JSON.parse(answer) as OracleAnswer)
    },
    async forget(path) {
      await ask(`-${path}`)
    },
    async [Symbol.asyncDispose]() {
      child?.stdin?.end()
    },
  }
}

/** Asks one question at a time; the answer is `undefined` when the process ended over it. */
function questions(child: ChildProcess): (question: string) => Promise<string | undefined> {
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream })
  let answer: ((line: string | undefined) => void) | undefined
  lines.on('line', (line) => answer?.(line))
  lines.on('close', () => answer?.(undefined))
  child.stdin?.on('error', () => {})
  return (question) =>
    new Promise((resolve) => {
      answer = resolve
      child.stdin?.write(`${question}\n`)
    })
}
