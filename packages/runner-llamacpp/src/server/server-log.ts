import { StringDecoder } from 'node:string_decoder'

const keptLines = 200
const keptComplaints = 40
// What stands further up is older than an end.
const lastLines = 10
const lineCharacters = 1_000

// llama.cpp marks errors with an E; what comes before its log is set up, and other programs' words, are told by their own.
const complaint =
  /^\d+(?:\.\d+){3} E |\berror\b|\bfailed\b|GGML_ASSERT|GGML_ABORT|terminate called|out of memory|insufficient memory|must (?:closely )?match/i

/** What a process said: its last lines, and the first that complain. Bounded, however much it says. */
export class ServerLog {
  readonly #last: string[] = []
  readonly #complaints: string[] = []
  readonly #onLine: (line: string) => void

  constructor(onLine: (line: string) => void = () => {}) {
    this.#onLine = onLine
  }

  /** Takes the bytes of one stream; each stream has its own. */
  stream(): (bytes: Uint8Array) => void {
    const decoder = new StringDecoder('utf8')
    let rest = ''
    return (bytes) => {
      const lines = (rest + decoder.write(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) this.#add(line)
      if (rest.length <= lineCharacters) return
      this.#add(rest)
      rest = ''
    }
  }

  /** The last lines, oldest first. */
  get lines(): readonly string[] {
    return this.#last
  }

  /** The first lines that complain, without time stamps; what follows a failure is mostly its consequence. */
  get complaints(): readonly string[] {
    return this.#complaints
  }

  /** What it complained of at the very last; undefined where it did not. */
  get lastComplaint(): string | undefined {
    const line = this.#last.slice(-lastLines).findLast((one) => complaint.test(one))
    return line === undefined ? undefined : withoutStamp(line)
  }

  #add(text: string): void {
    const line = text.trimEnd().slice(0, lineCharacters)
    if (line === '') return
    this.#last.push(line)
    if (this.#last.length > keptLines) this.#last.shift()
    if (this.#complaints.length < keptComplaints && complaint.test(line)) this.#complaints.push(withoutStamp(line))
    this.#onLine(line)
  }
}

/** A line without llama.cpp's time stamp and level, and without the path of the machine which compiled it. */
export function withoutStamp(line: string): string {
  return line.replace(/^\d+(?:\.\d+){3} [A-Z] /, '').replace(/^\S*\/(?=[^\s/]+:\d+: )/, '')
}
