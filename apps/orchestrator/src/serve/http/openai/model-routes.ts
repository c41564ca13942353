import { SpeculationError } from '@foretoken/contract'
import type { ServedModel } from '../../serving-service.js'
import type { Route } from '../route.js'
import { modelAnswer, modelsAnswer } from './answer-schemas.js'

/** `GET /v1/models`, which the clients of both APIs read. */
export const modelsRoute: Route = {
  method: 'GET',
  path: '/v1/models',
  summary: 'Names that a request can have as `model`',
  needsKey: true,
  errors: 'openai',
  answer: { description: 'All of them', schema: modelsAnswer },
  handle: async ({ house }) => {
    const data = house.service.models().map(modelObject)
    const ids = house.service.models().map(({ id }) => id)
    return { object: 'list', data, has_more: false, first_id: ids[0] ?? null, last_id: ids.at(-1) ?? null }
  },
}

/** `GET /v1/models/:id`. */
export const modelRoute: Route = {
  method: 'GET',
  path: '/v1/models/:id',
  summary: 'One of these names',
  needsKey: true,
  errors: 'openai',
  answer: { description: 'What is known of it', schema: modelAnswer },
  handle: async ({ house, params }) => {
    const model = house.service.models().find(({ id }) => id === params['id'])
    if (model !== undefined) return modelObject(model)
    throw new SpeculationError('ERR_MODEL_UNKNOWN', 'no model has this name; GET /v1/models lists them')
  },
}

function modelObject({ id, kind, created, state, facts, failure }: ServedModel): object {
  return {
    id,
    object: 'model',
    type: 'model',
    created,
    created_at: new Date(created * 1000).toISOString(),
    display_name: id,
    owned_by: 'foretoken',
    kind,
    state,
    ...(facts && { context_tokens: facts.contextTokens, takes_images: facts.takesImages, drafters: facts.drafters }),
    ...(failure !== undefined && { failure }),
  }
}
