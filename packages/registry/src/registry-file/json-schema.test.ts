import { expect, test } from 'vitest'
import { registryJsonSchema } from './json-schema.js'

test('schemas/registry.schema.json is the published form; npm run seeds writes it', async () => {
  const text = `${JSON.stringify(registryJsonSchema(), undefined, 2)}\n`
  await expect(text).toMatchFileSnapshot('../../schemas/registry.schema.json')
})
