/** What the page reads from `foretoken serve`; types only. */
export type { Embeddings, Ranking, ServingFacts } from './serving-engine.js'
export type {
  RequestRecord,
  RequestTrace,
  RouteDecision,
  ServedModel,
  ServiceState,
  TracedStep,
} from './serving-service.js'
export type { ServedFinish, ServedPiece, ServedStep, TextEnd } from './text-event.js'
export type { ServedMessage, SpeculationChoice } from './text-request.js'
