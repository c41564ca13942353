import { countTokensRoute, messagesRoute } from './anthropic/messages-routes.js'
import { healthRoute, metricsRoute, readyRoute, requestRoute, requestsRoute, stateRoute } from './house/house-routes.js'
import { openapiDocument } from './house/openapi-document.js'
import { chatRoute } from './openai/chat-route.js'
import { completionRoute } from './openai/completion-route.js'
import { embeddingsRoute } from './openai/embeddings-route.js'
import { modelRoute, modelsRoute } from './openai/model-routes.js'
import { rerankRoute } from './openai/rerank-route.js'
import type { Route } from './route.js'

/** Every address of the API. */
export function allRoutes(isDraining: () => boolean): readonly Route[] {
  const routes: Route[] = [
    chatRoute,
    completionRoute,
    modelsRoute,
    modelRoute,
    embeddingsRoute,
    rerankRoute,
    messagesRoute,
    countTokensRoute,
    stateRoute,
    requestsRoute,
    requestRoute,
    healthRoute,
    readyRoute(isDraining),
    metricsRoute,
  ]
  const openapi: Route = {
    method: 'GET',
    path: '/openapi.json',
    summary: 'This document',
    needsKey: false,
    errors: 'openai',
    answer: { description: 'OpenAPI 3.1' },
    handle: async () => document,
  }
  routes.push(openapi)
  const document = openapiDocument(routes)
  return routes
}
