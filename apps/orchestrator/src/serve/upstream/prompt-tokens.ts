import { SpeculationError } from '@foretoken/contract'
import type { Upstream } from '@foretoken/runner-llamacpp'
import { z } from 'zod'
import type { TextRequest } from '../text-request.js'
import { chatFields } from './chat-fields.js'
import { cannot, type ServerDialect } from './server-dialect.js'

const templateSchema = z.object({ prompt: z.string() })
const tokensSchema = z.object({ tokens: z.array(z.unknown()) })
const countSchema = z.object({ count: z.number().int().min(0) })

/** How many tokens llama-server reads for a request. */
export async function countPromptTokens(client: Upstream, request: TextRequest): Promise<number> {
  const { input } = request
  const content = input.kind === 'chat' ? await promptOf(client, request) : input.prompt
  // As it tokenizes prompts itself.
  const answer = await client.post('../tokenize', { content, add_special: true, parse_special: true })
  return read(tokensSchema, answer).tokens.length
}

/** The same for a server elsewhere. Throws `ERR_OPTION_INVALID` where its kind has no way to ask. */
export async function countRemoteTokens(
  client: Upstream,
  { input }: TextRequest,
  { model, dialect }: { readonly model: string; readonly dialect: ServerDialect },
): Promise<number> {
  if (dialect !== 'vllm') throw cannot('question of how many tokens a prompt has', dialect)
  const asked = input.kind === 'chat' ? chatFields(input, dialect) : { prompt: input.prompt }
  return read(countSchema, await client.post('../tokenize', { model, ...asked })).count
}

async function promptOf(client: Upstream, { input }: TextRequest): Promise<string> {
  if (input.kind !== 'chat') return input.prompt
  if (input.messages.some(({ images = [] }) => images.length > 0)) {
    const message = 'llama-server does not say how many tokens an image has; count without images'
    throw new SpeculationError('ERR_OPTION_INVALID', message)
  }
  return read(templateSchema, await client.post('../apply-template', chatFields(input, 'llama.cpp'))).prompt
}

function read<T>(schema: z.ZodType<T>, answer: unknown): T {
  const { data } = schema.safeParse(answer)
  if (data !== undefined) return data
  throw new SpeculationError('ERR_ENGINE_LOST', 'the server counts tokens in a form that is not known')
}
