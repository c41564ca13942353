import { Validator } from '@seriousme/openapi-schema-validator'
import { expect, test } from 'vitest'
import { scriptedService } from '../../../../test/scripted-service.js'
import { createApp } from '../create-app.js'
import { limitsOf } from '../http-options.js'

interface Document {
  readonly openapi: string
  readonly paths: Readonly<
    Record<string, Readonly<Record<string, { readonly operationId: string; readonly security?: unknown }>>>
  >
}

async function published(): Promise<{ readonly document: Document; readonly routes: readonly string[] }> {
  const { app } = await createApp({ service: scriptedService(), host: '127.0.0.1', limits: limitsOf() })
  await using _ = app
  const document = (await app.inject({ url: '/openapi.json', headers: { host: 'localhost' } })).json<Document>()
  // Fastify's own list, so that a route which is registered in some other way is seen, too.
  return { document, routes: routesOfTree(app.printRoutes({ commonPrefix: false, includeHooks: false })) }
}

/** A line is a part of a path, four columns deeper than the part before it, with the methods of what ends there. */
function routesOfTree(tree: string): readonly string[] {
  const parts: string[] = []
  return tree.split('\n').flatMap((line) => {
    const [, indent = '', part = '', methods] = /^([│├└─ ]*)(\S+)(?: \(([A-Z, ]+)\))?$/.exec(line) ?? []
    parts.splice(indent.length / 4 - 1, Number.POSITIVE_INFINITY, part)
    return methods === undefined ? [] : methods.split(', ').map((method) => `${method} ${parts.join('')}`)
  })
}

test('the document is OpenAPI 3.1', async () => {
  const { document } = await published()
  expect(document.openapi).toBe('3.1.0')
  expect(await new Validator().validate({ ...document })).toEqual({ valid: true })
})

test('the validator notices what is no OpenAPI', async () => {
  const { document } = await published()
  const broken = { ...document, paths: { '/x': { post: { responses: 'none' } } } }
  expect(await new Validator().validate(broken)).toMatchObject({ valid: false })
})

test('every route is described, and nothing else', async () => {
  const { document, routes } = await published()
  const described = Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.keys(operations).map((method) => `${method.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ':$1')}`),
  )
  expect(routes).toContain('POST /v1/chat/completions')
  expect([...described].sort()).toEqual([...routes].sort())
})

test('operations have names of their own, and say whether they need a key', async () => {
  const { document } = await published()
  const operations = Object.values(document.paths).flatMap((path) => Object.values(path))
  expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(operations.length)
  expect(document.paths['/health']?.['get']?.security).toEqual([])
  expect(document.paths['/v1/models']?.['get']?.security).toBeUndefined()
})
