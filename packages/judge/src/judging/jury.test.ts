import { describe, expect, it } from 'vitest'
import { candidate, judgeOf, prompt, scripted } from '../../test/judging/scripted-judge.js'
import { jury } from './jury.js'

describe('jury', () => {
  const scoring = (model: string, score: number) =>
    judgeOf(scripted(() => `{"reason": "", "score": ${score}}`).complete, { model })

  it('takes the lower median, and leaves out who may not or cannot judge', async () => {
    const broken = judgeOf(scripted(() => 'hm').complete, { model: 'broken' })
    const panel = jury({
      judges: [scoring('a', 3), scoring('b', 1), scoring('c', 2), scoring('small', 3), broken],
      quorum: 3,
    })
    const { outcome, verdicts, missing } = await panel.score(prompt, candidate)
    expect(outcome).toBe(2)
    expect(verdicts.map(({ judge }) => judge)).toEqual(['a', 'b', 'c'])
    expect(missing.map(({ judge }) => judge)).toEqual(['small', 'broken'])
    await expect(
      jury({ judges: [scoring('small', 3), broken, scoring('a', 3)] }).score(prompt, candidate),
    ).rejects.toThrow('1 of 3 judges judged, 2 are needed')
  })

  it('needs more than half for a winner, and different models', async () => {
    const choosing = (model: string, wins: string) =>
      judgeOf(
        scripted(
          (text) =>
            `{"reason": "", "winner": "${text.indexOf(wins) < text.indexOf(wins === '4.' ? '5.' : '4.') ? 'A' : 'B'}"}`,
        ).complete,
        { model },
      )
    const other = { model: 'other', answer: { text: 'It is 5.' } }
    const compare = async (...wins: readonly string[]) => {
      const judges = wins.map((win, index) => choosing(`judge${index}`, win))
      return (await jury({ judges }).compare(prompt, candidate, other)).outcome
    }
    expect(await compare('4.', '4.', '5.')).toBe('first')
    expect(await compare('4.', '5.')).toBe('tie')
    expect(() => jury({ judges: [scoring('a', 1), scoring('A.gguf', 1)] })).toThrow('different models')
  })
})
