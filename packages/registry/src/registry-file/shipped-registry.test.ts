import { expect, test } from 'vitest'
import { makeRegistry } from '../../test/seeds/make-registry.js'
import { formatRegistry } from './format-registry.js'
import { parseRegistry } from './parse-registry.js'

test('registries/epyc-9655.yaml is what the seeds make; npm run seeds writes it', async () => {
  const registry = parseRegistry(formatRegistry(makeRegistry()))
  const text = formatRegistry(registry, { schema: '../schemas/registry.schema.json' })
  await expect(text).toMatchFileSnapshot('../../registries/epyc-9655.yaml')
})
