import { z } from 'zod'
import type { ErrorForm } from '../edge/problem.js'
import type { Route } from '../route.js'

/** The API as OpenAPI 3.1 describes it, of the schemas that check it. */
export function openapiDocument(routes: readonly Route[]): object {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Foretoken',
      version: '1',
      summary: 'Local language models in OpenAI’s and Anthropic’s words',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
    security: [{ bearer: [] }, { header: [] }],
    paths: Object.fromEntries(
      routes.map((route) => [openapiPath(route.path), { [route.method.toLowerCase()]: operation(route) }]),
    ),
    components: {
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer' },
        header: { type: 'apiKey', in: 'header', name: 'x-api-key' },
      },
      schemas: { OpenaiError: jsonSchema(openaiError, 'output'), AnthropicError: jsonSchema(anthropicError, 'output') },
    },
  }
}

const openaiError = z.strictObject({
  error: z.strictObject({
    message: z.string(),
    type: z.string(),
    code: z.string(),
    param: z.string().nullable().meta({ description: 'The field that is at fault.' }),
  }),
})

const anthropicError = z.strictObject({
  type: z.literal('error'),
  error: z.strictObject({ type: z.string(), message: z.string() }),
  request_id: z.string(),
})

function operation(route: Route): object {
  const { method, path, summary, description, body, answer, errors, needsKey } = route
  const parameters = parametersOf(route)
  return {
    operationId: operationId(method, path),
    summary,
    ...(description !== undefined && { description }),
    ...(!needsKey && { security: [] }),
    ...(parameters.length > 0 && { parameters }),
    ...(body && { requestBody: { required: true, content: jsonContent(jsonSchema(body, 'input')) } }),
    responses: {
      200: { description: answer.description, content: answerContent(route) },
      ...Object.fromEntries(
        Object.entries(answer.others ?? {}).map(([status, text]) => [status, { description: text }]),
      ),
      default: {
        description: 'A failure',
        content: jsonContent({ $ref: `#/components/schemas/${errorName[errors]}` }),
      },
    },
  }
}

const errorName: Readonly<Record<ErrorForm, string>> = { openai: 'OpenaiError', anthropic: 'AnthropicError' }

function answerContent({ answer }: Route): object {
  const { schema, events, mediaType } = answer
  if (mediaType !== undefined) return { [mediaType]: { schema: { type: 'string' } } }
  return {
    ...jsonContent(schema === undefined ? { type: 'object' } : jsonSchema(schema, 'output')),
    // OpenAPI 3.1 describes a stream by what one of its events is.
    ...(events && { 'text/event-stream': { schema: jsonSchema(events, 'output') } }),
  }
}

function parametersOf({ path, query }: Route): readonly object[] {
  const names = [...path.matchAll(/:(\w+)/g)].map(([, name]) => name)
  const { properties = {} } = (query && jsonSchema(query, 'input')) ?? {}
  return [
    ...names.map((name) => ({ name, in: 'path', required: true, schema: { type: 'string' } })),
    ...Object.entries(properties).map(([name, schema]) => ({ name, in: 'query', schema })),
  ]
}

function jsonContent(schema: object): object {
  return { 'application/json': { schema } }
}

/** The form of OpenAPI 3.1, whose dialect is JSON Schema's own; it says so once for all. */
function jsonSchema(
  schema: z.ZodType,
  io: 'input' | 'output',
): { readonly properties?: Readonly<Record<string, object>> } {
  const { $schema, ...rest } = z.toJSONSchema(schema, { io })
  return rest as { readonly properties?: Readonly<Record<string, object>> }
}

function openapiPath(path: string): string {
  return path.replace(/:(\w+)/g, '{$1}')
}

function operationId(method: string, path: string): string {
  const words = `${method.toLowerCase()} ${path}`.match(/[a-z0-9]+/gi) ?? []
  return words.map((word, index) => (index === 0 ? word : word[0]?.toUpperCase() + word.slice(1))).join('')
}
