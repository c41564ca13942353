import { describe, expect, it } from 'vitest'
import { candidate, judgeOf, prompt, scripted, three } from '../../test/judging/scripted-judge.js'

describe('llmJudge', () => {
  it('gives a cut answer at most 2, and an empty one 0 without asking', async () => {
    const { complete, sent } = scripted(() => three)
    const judge = judgeOf(complete)
    const cut = { model: 'small', answer: { text: 'It is 4.', finish: 'timeout' as const } }
    expect(await judge.score(prompt, cut)).toEqual({ score: 2, reason: 'right', truncated: true })
    expect(sent[0]?.[1]?.content).toContain('ANSWER was cut off before its end.')
    expect(await judge.score(prompt, { model: 'small', answer: { text: ' ' } })).toMatchObject({ score: 0 })
    expect(sent).toHaveLength(1)
  })

  it('never judges its own model unless told, whatever its file is called', async () => {
    const { complete } = scripted(() => three)
    const own = { ...candidate, model: '/models/Referee-Q4_K_M.gguf' }
    await expect(judgeOf(complete).score(prompt, own)).rejects.toThrow('may not judge answers of')
    await expect(judgeOf(complete).compare(prompt, candidate, own)).rejects.toThrow('same model')
    expect(await judgeOf(complete, { allowSelfJudging: true }).score(prompt, own)).toMatchObject({ score: 3 })
  })

  it('shows no names of models', async () => {
    const { complete, sent } = scripted(() => '{"reason": "", "winner": "A"}')
    const first = { model: 'org/Qwen9-4B-Instruct-Q8_0.gguf', answer: { text: 'I, qwen9-4b-instruct, say 4.' } }
    const second = { model: 'llama-x', answer: { text: 'As LLAMA-X and referee know: 5.' } }
    await judgeOf(complete).compare(prompt, first, second)
    const all = JSON.stringify(sent)
    expect(all).not.toMatch(/qwen|llama-x|referee/i)
    expect(all).toContain('I, [model], say 4.')
  })

  it('calls a choice that follows the place a tie, and keeps both orders', async () => {
    const place = scripted(() => '{"reason": "it came first", "winner": "A"}')
    const other = { model: 'other', answer: { text: 'It is 5.' } }
    expect(await judgeOf(place.complete).compare(prompt, candidate, other)).toMatchObject({
      winner: 'tie',
      consistent: false,
      forward: 'first',
      backward: 'second',
    })
    const content = scripted(
      (text) => `{"reason": "", "winner": "${text.indexOf('is 4') < text.indexOf('is 5') ? 'A' : 'B'}"}`,
    )
    expect(await judgeOf(content.complete).compare(prompt, other, candidate)).toMatchObject({
      winner: 'second',
      consistent: true,
    })
  })
})
