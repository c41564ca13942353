import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, it } from 'vitest'
import { hastyClock } from '../../test/judging/hasty-clock.js'
import { llmJudge } from './llm-judge.js'
import { remoteComplete } from './remote-complete.js'

it('asks a server that speaks Anthropic’s protocol', async () => {
  const verdict = '{"reason": "As the reference says.", "score": 3}'
  const events = [
    {
      type: 'message_start',
      message: { id: 'm', model: 'judge', role: 'assistant', usage: { input_tokens: 90, output_tokens: 1 } },
    },
    { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
    { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: verdict } },
    { type: 'content_block_stop', index: 0 },
    { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 20 } },
    { type: 'message_stop' },
  ]
  const seen: { path: string | undefined; key: unknown; body: string }[] = []
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += String(chunk)
    seen.push({ path: request.url, key: request.headers['x-api-key'], body })
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.end(events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join(''))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  try {
    const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`
    const complete = remoteComplete({ protocol: 'anthropic', baseUrl, model: 'judge', apiKey: 'secret' })
    const judge = llmJudge({ model: 'judge', complete, clock: hastyClock(), maxAttempts: 1, maxReplies: 1 })
    const prompt = { messages: [{ role: 'user' as const, content: 'What is 2 + 2?' }], reference: '4' }
    const { score } = await judge.score(prompt, { model: 'small', answer: { text: 'It is 4.' } })
    expect(score).toBe(3)
    expect(seen).toHaveLength(1)
    expect(seen[0]).toMatchObject({ path: '/v1/messages', key: 'secret' })
    expect(seen[0]?.body).toContain('ANSWER BEGINS')
  } finally {
    server.close()
    server.closeAllConnections()
  }
})
