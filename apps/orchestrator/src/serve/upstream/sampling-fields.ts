import type { Dry, Penalties, Sampling } from '@foretoken/contract'
import { type AskedModel, cannot, type ServerDialect } from './server-dialect.js'

type Fields = Readonly<Record<string, unknown>>

/**
 * How the next token is chosen, in a server's fields. What has a default is said all the same: servers have other ones.
 * Throws `ERR_OPTION_INVALID` for what they have no field for.
 */
export function samplingFields(sampling: Sampling, { dialect, contextTokens }: AskedModel): Fields {
  const { temperature = 0, topP = 1, seed, logitBias = [] } = sampling
  const own = { temperature, top_p: topP, ...(seed !== undefined && { seed }) }
  if (dialect === 'llama.cpp') return { ...own, ...llamaFields(sampling, contextTokens) }
  const bias = Object.fromEntries(logitBias.map(({ token, bias }) => [token, Math.max(-100, Math.min(100, bias))]))
  return {
    ...own,
    ...(logitBias.length > 0 && { logit_bias: bias }),
    ...penaltyFields(sampling.penalties),
    ...(dialect === 'vllm' ? vllmFields(sampling) : refuseMore(sampling, dialect)),
  }
}

function penaltyFields({ frequency = 0, presence = 0 }: Penalties = {}): Fields {
  return {
    ...(frequency !== 0 && { frequency_penalty: frequency }),
    ...(presence !== 0 && { presence_penalty: presence }),
  }
}

function llamaFields(sampling: Sampling, contextTokens: number): Fields {
  const { seed, topK = 0, minP = 0, typicalP = 1, topNSigma = -1, xtc, penalties = {}, dry, logitBias = [] } = sampling
  const { lastTokens = 64, repeat = 1, frequency = 0, presence = 0 } = penalties
  return {
    // 32 bits, of which the largest number means any seed.
    ...(seed !== undefined && { seed: seed % (2 ** 32 - 1) }),
    ...{ top_k: topK, min_p: minP, typical_p: typicalP, top_n_sigma: topNSigma },
    ...{ xtc_probability: xtc?.probability ?? 0, xtc_threshold: xtc?.threshold ?? 0.1 },
    ...{ repeat_last_n: lastTokens, repeat_penalty: repeat },
    ...{ frequency_penalty: frequency, presence_penalty: presence },
    ...dryFields(dry, contextTokens),
    // `false` forbids a token: JSON has no infinity.
    logit_bias: logitBias.map(({ token, bias }) => [token, bias === Number.NEGATIVE_INFINITY ? false : bias]),
  }
}

function dryFields(dry: Dry | undefined, contextTokens: number): Fields {
  if (dry === undefined) return { dry_multiplier: 0 }
  const { multiplier, base = 1.75, allowedTokens = 2, lastTokens = contextTokens, breakers } = dry
  return {
    ...{ dry_multiplier: multiplier, dry_base: base, dry_allowed_length: allowedTokens },
    dry_penalty_last_n: lastTokens,
    ...(breakers !== undefined && { dry_sequence_breakers: breakers }),
  }
}

function vllmFields(sampling: Sampling): Fields {
  const { topK = 0, minP = 0, penalties: { repeat = 1 } = {} } = sampling
  refuse({ ...sampling, topK: 0, minP: 0, penalties: {} }, 'vllm')
  return { top_k: topK === 0 ? -1 : topK, min_p: minP, repetition_penalty: repeat }
}

function refuseMore(sampling: Sampling, dialect: ServerDialect): Fields {
  refuse(sampling, dialect)
  return {}
}

function refuse(sampling: Sampling, dialect: ServerDialect): void {
  const { topK = 0, minP = 0, typicalP = 1, topNSigma, xtc, dry, penalties: { repeat = 1 } = {} } = sampling
  const asked: Readonly<Record<string, boolean>> = {
    top_k: topK !== 0,
    min_p: minP !== 0,
    typical_p: typicalP !== 1,
    top_n_sigma: topNSigma !== undefined,
    xtc: xtc !== undefined,
    dry: dry !== undefined && dry.multiplier !== 0,
    repeat_penalty: repeat !== 1,
  }
  for (const [what, isAsked] of Object.entries(asked)) if (isAsked) throw cannot(what, dialect)
}
