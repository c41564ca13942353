import { SpeculationError } from '@foretoken/contract'
import type { Upstream } from '@foretoken/runner-llamacpp'
import { z } from 'zod'
import type { ServingFacts } from '../serving-engine.js'

const propertiesSchema = z.object({
  default_generation_settings: z.object({ n_ctx: z.number().int().min(1) }),
  total_slots: z.number().int().min(1),
  modalities: z.object({ vision: z.boolean() }).optional(),
  chat_template_caps: z
    .object({ supports_tools: z.boolean(), supports_tool_calls: z.boolean() })
    .optional()
    .catch(undefined),
})

/** What a running llama-server says of itself. */
export async function llamaServerFacts(
  client: Upstream,
  {
    memoryBytes,
    drafter,
    signal,
  }: { readonly memoryBytes: number; readonly drafter: string; readonly signal: AbortSignal },
): Promise<ServingFacts> {
  const { data, error } = propertiesSchema.safeParse(await client.get('../props', { signal }))
  if (data === undefined) {
    const message = `llama-server's properties are not of the expected form: ${z.prettifyError(error).slice(0, 300)}`
    throw new SpeculationError('ERR_ENGINE_VERSION', message)
  }
  return {
    engine: 'llama-server',
    contextTokens: data.default_generation_settings.n_ctx,
    slots: data.total_slots,
    memoryBytes,
    takesImages: data.modalities?.vision ?? false,
    toolFormat: knowsTools(data) ? 'engine' : 'grammar',
    drafters: drafter === '' ? [] : [drafter],
  }
}

/** llama-server leaves tools out, without a word, where the model's template has none. */
function knowsTools({ chat_template_caps: caps }: z.infer<typeof propertiesSchema>): boolean {
  return caps === undefined || (caps.supports_tools && caps.supports_tool_calls)
}

/** Who drafts in a server that was started so: the names of its `--spec-type`; empty where nobody does. */
export function drafterOf(command: readonly string[]): string {
  const types = command[command.lastIndexOf('--spec-type') + 1]
  if (!command.includes('--spec-type') || types === undefined) return ''
  return types === 'none' ? '' : types.split(',').join('+')
}
