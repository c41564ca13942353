import { type Upstream, type UpstreamOptions, type UpstreamServer, upstream } from '../src/server/upstream.js'
import type { ScriptedServer } from './scripted-server.js'

/** Options of a client, but for its servers. */
export type More = Omit<UpstreamOptions, 'servers'> & Omit<UpstreamServer, 'baseUrl'>

const quick = { firstDelayMs: 1, openMs: 50 }

/** What came of one streamed answer: its words, and how it failed. */
export interface ReadAnswer {
  readonly words: readonly string[]
  readonly error: unknown
}

/** Reads an answer of these servers by a client of its own. */
export async function readAnswer(
  server: ScriptedServer | readonly ScriptedServer[],
  more: More = {},
  signal?: AbortSignal,
): Promise<ReadAnswer> {
  using client = upstream({ servers: [server].flat().map(({ url }) => ({ baseUrl: url, ...more })), ...quick, ...more })
  return await readFrom(client, signal)
}

/** The same by a client that is there. */
export async function readFrom(client: Upstream, signal?: AbortSignal): Promise<ReadAnswer> {
  const words: string[] = []
  try {
    for await (const event of client.stream('chat/completions', { a: 1 }, signal && { signal })) {
      const { choices } = event as { choices: [{ delta: { content?: string } }] }
      const { content } = choices[0].delta
      if (content !== undefined) words.push(content)
    }
    return { words, error: undefined }
  } catch (error) {
    return { words, error }
  }
}
