import { SpeculationError } from '@foretoken/contract'

/**
 * What a server understands beyond what all OpenAI-compatible ones do: `compatible` is nothing, `openai` are OpenAI's own
 * newer names, `vllm` and `llama.cpp` take more of the sampling.
 */
export type ServerDialect = 'compatible' | 'openai' | 'vllm' | 'llama.cpp'

/** A model as its server knows it. */
export interface AskedModel {
  readonly model: string
  readonly dialect: ServerDialect
  readonly contextTokens: number
}

/** Throws `ERR_OPTION_INVALID`: the request asks for what this kind of server has no field for. */
export function cannot(what: string, dialect: ServerDialect): SpeculationError<'ERR_OPTION_INVALID'> {
  const whose = dialect === 'compatible' || dialect === 'openai' ? 'a remote OpenAI-compatible server' : dialect
  return new SpeculationError('ERR_OPTION_INVALID', `${whose} takes no ${what}; leave it out, or ask another model`, {
    details: { what },
  })
}
