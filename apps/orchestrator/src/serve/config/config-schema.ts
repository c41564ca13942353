import { z } from 'zod'
import { bytesSchema, durationSchema } from './config-units.js'
import type { FileConfig } from './file-config.js'

/** The name of a model, a role or a key: it is written in requests and in logs. */
const name = z
  .string()
  .regex(/^[\p{L}\p{N}][\p{L}\p{N}._+@-]{0,99}$/u, 'a name has 1 to 100 letters, digits or . _ + @ -')
const path = z.string().min(1).max(4_096)
const text = z.string().min(1).max(2_000)
const environment = z.string().regex(/^[A-Za-z_]\w{0,99}$/, 'an environment variable has letters, digits and _')
const priority = z.int().min(-10).max(10)

const upstream = z.strictObject({
  url: z.url({ protocol: /^https?$/ }).max(2_000),
  model: z.string().min(1).max(500).exactOptional(),
  keyEnvironment: environment.exactOptional(),
})

const model = z.strictObject({
  name,
  engine: z.enum(['embedded', 'llama-server', 'remote']).exactOptional(),
  path: path.exactOptional(),
  draft: path.exactOptional(),
  context: z
    .int()
    .min(16)
    .max(2 ** 31 - 1)
    .exactOptional(),
  slots: z.int().min(1).max(256).exactOptional(),
  threads: z.int().min(1).max(512).exactOptional(),
  experts: z.int().min(1).max(1_024).exactOptional(),
  snapshots: z.int().min(0).max(64).exactOptional(),
  embeddings: z.boolean().exactOptional(),
  mmproj: path.exactOptional(),
  rpc: z
    .array(z.string().regex(/^[\w.:[\]-]+:\d{1,5}$/, 'an address is host:port'))
    .min(1)
    .max(64)
    .exactOptional(),
  serves: z.enum(['text', 'vectors', 'ranks']).exactOptional(),
  dialect: z.enum(['compatible', 'openai', 'vllm', 'llama.cpp']).exactOptional(),
  images: z.boolean().exactOptional(),
  upstreams: z.array(upstream).min(1).max(64).exactOptional(),
  pin: z.boolean().exactOptional(),
  ttl: durationSchema.exactOptional(),
  priority: priority.exactOptional(),
})

const check = z.union(
  [
    z.enum(['empty', 'loop', 'json']).transform((kind) => ({ kind })),
    z.strictObject({ regex: z.string().min(1).max(1_000) }).transform(({ regex }) => ({
      kind: 'regex' as const,
      pattern: regex,
    })),
  ],
  'a check is empty, loop, json or { regex: PATTERN }',
)

const role = z.strictObject({
  name,
  tier: name.exactOptional(),
  purpose: text,
  models: z.array(name).min(1).max(32),
  escalate: z
    .strictObject({ to: name, check: z.array(check).min(1).max(16), hold: z.boolean().exactOptional() })
    .exactOptional(),
})

const key = z.strictObject({
  name: z.string().regex(/^[\w.@-]{1,64}$/, 'the name of a key has 1 to 64 letters, digits or . _ - @'),
  environment: environment.exactOptional(),
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/i, 'a SHA-256 has 64 hexadecimal digits')
    .exactOptional(),
  priority: priority.exactOptional(),
  admin: z.boolean().exactOptional(),
})

/** The form of `foretoken.yaml`. Whether its entries name each other rightly is checked besides. */
export const configSchema: z.ZodType<FileConfig> = z.strictObject({
  formatVersion: z.literal(1),
  host: z.string().min(1).max(255).exactOptional(),
  port: z.int().min(0).max(65_535).exactOptional(),
  hostNames: z.array(z.string().min(1).max(255)).max(100).exactOptional(),
  cors: z.array(z.url()).max(100).exactOptional(),
  registry: path.exactOptional(),
  models: z.array(model).max(256).exactOptional(),
  roles: z.array(role).max(256).exactOptional(),
  frontDoor: z
    .strictObject({ model: name, roles: z.array(name).min(2).max(64).exactOptional(), fallback: name.exactOptional() })
    .exactOptional(),
  pool: z
    .strictObject({
      memory: bytesSchema.exactOptional(),
      mostLoaded: z.int().min(1).max(256).exactOptional(),
      patience: durationSchema.exactOptional(),
    })
    .exactOptional(),
  engines: z
    .strictObject({
      llamaServer: path.exactOptional(),
      llamaServerArguments: z.array(z.string().max(1_000)).max(100).exactOptional(),
    })
    .exactOptional(),
  keys: z.array(key).max(1_000).exactOptional(),
  limits: z
    .strictObject({
      queue: z.int().min(1).max(100_000).exactOptional(),
      body: bytesSchema.exactOptional(),
      request: durationSchema.exactOptional(),
      answerTokens: z.int().min(1).exactOptional(),
      connections: z.int().min(1).max(100_000).exactOptional(),
    })
    .exactOptional(),
  state: z
    .strictObject({
      folder: path,
      keepTexts: z.boolean().exactOptional(),
      requests: z.int().min(1).exactOptional(),
      traces: bytesSchema.exactOptional(),
      traceSteps: z.int().min(0).max(1_000_000).exactOptional(),
      days: z.int().min(1).max(36_500).exactOptional(),
    })
    .exactOptional(),
  memory: path.exactOptional(),
})

/** The form of `foretoken.yaml` as JSON Schema (draft 2020-12), for editors. */
export function configJsonSchema(): Readonly<Record<string, unknown>> {
  return z.toJSONSchema(configSchema, { io: 'input' })
}
