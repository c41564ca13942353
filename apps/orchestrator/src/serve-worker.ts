import { serveEngine } from '@foretoken/runner-llamacpp'
import { createServingWorker } from './serve/embedded/serving-worker.js'

/** The process that `foretoken serve` runs a model in. */
serveEngine(createServingWorker)
