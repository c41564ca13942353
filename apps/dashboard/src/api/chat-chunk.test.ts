import { describe, expect, it } from 'vitest'
import { chatChunk } from './chat-chunk.js'
import { cutOff } from './failure.js'

const step = { index: 0, drafter: 'lookup', tokens: 2, draftedTokens: 3, acceptedTokens: 1 }

describe('chatChunk', () => {
  it('reads pieces and their step', () => {
    const pieces = [{ text: 'a', drafter: 'lookup', probability: 0.5 }]
    const data = { choices: [{ delta: { content: 'a' }, finish_reason: null }], speculation: { pieces, step } }
    expect(chatChunk(JSON.stringify(data))).toEqual({ pieces, step })
  })

  it('takes text alone for the model’s own', () => {
    expect(chatChunk('{"choices":[{"delta":{"content":"a"}}],"usage":null}')).toEqual({
      pieces: [{ text: 'a', drafter: '' }],
    })
    expect(chatChunk('{"choices":[{"delta":{"role":"assistant","content":""}}]}')).toEqual({ pieces: [] })
  })

  it('reads how the answer ended', () => {
    const speculation = { notDrafted: 'it does not pay', seed: 0, route: { escalatedFrom: [] } }
    const data = { choices: [{ delta: {}, finish_reason: 'stop' }], speculation }
    expect(chatChunk(JSON.stringify(data))).toEqual({ pieces: [], finish: 'stop', ...speculation })
    expect(chatChunk('{"choices":[],"usage":{"prompt_tokens":7,"completion_tokens":3}}')).toEqual({
      pieces: [],
      promptTokens: 7,
      completionTokens: 3,
    })
    expect(chatChunk('[DONE]')).toEqual({ pieces: [], isEnd: true })
  })

  it('reads a failure in the middle of the stream', () => {
    expect(chatChunk('{"error":{"message":"the engine died","code":"ERR_HOST_LOST"}}')).toEqual({
      pieces: [],
      failure: { code: 'ERR_HOST_LOST', cause: 'the engine died', cure: '' },
    })
  })

  it.each(['', 'null', '7', '{"choices":'])('takes %j for a stream that was cut', (data) => {
    expect(chatChunk(data)).toEqual({ pieces: [], failure: cutOff })
  })
})
