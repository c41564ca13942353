import { SpeculationError } from '@foretoken/contract'
import { Command } from 'commander'
import { describe, expect, it } from 'vitest'
import { addEndToEndCommand, type EndToEndCommandOptions } from './end-to-end/end-to-end-command.js'

async function parse(...args: string[]): Promise<EndToEndCommandOptions | undefined> {
  let parsed: EndToEndCommandOptions | undefined
  const program = new Command().exitOverride().configureOutput({ outputError: () => {} })
  addEndToEndCommand(program, async (options) => {
    parsed = options
  })
  await program.parseAsync(['end-to-end', ...args], { from: 'user' })
  return parsed
}

describe('the options of a bench', () => {
  it('have defaults', async () => {
    expect(await parse()).toEqual({
      models: ['base', '0.2b', '0.6b'],
      format: 'q8_0',
      maxTokens: 48,
      repetitions: 3,
      prompts: ['rename-walk', 'arithmetic-mugs'],
      engines: [],
      drafters: [],
    })
  })

  it('are read', async () => {
    const args = ['--models', '0.2b,base', '--threads', '2', '--engines', 'foretoken,llama-server', '--out', 'a.json']
    expect(await parse(...args, '--llama-cpp', 'bin', '--json')).toMatchObject({
      models: ['0.2b', 'base'],
      threads: 2,
      engines: ['foretoken', 'llama-server'],
      out: 'a.json',
      llamaCpp: 'bin',
      json: true,
    })
  })

  it.each([
    ['--models', '7b', '--models takes base, 0.2b, 0.6b; got "7b"'],
    ['--models', '', '--models takes base, 0.2b, 0.6b; got ""'],
    ['--repetitions', '0', '--repetitions must be an integer from 1 to 100, got "0"'],
    ['--max-tokens', '12.5', '--max-tokens must be an integer from 1 to 512, got "12.5"'],
    ['--engines', 'vllm', '--engines takes foretoken, foretoken/native'],
    ['--engines', ',', '--engines takes foretoken, foretoken/native'],
  ])('%s "%s" is refused', async (option, value, message) => {
    const error: unknown = await parse(option, value).catch((reason) => reason)
    expect(SpeculationError.is(error, 'ERR_OPTION_INVALID')).toBe(true)
    expect((error as Error).message).toContain(message)
  })
})
