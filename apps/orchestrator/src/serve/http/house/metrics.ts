import { readdirSync } from 'node:fs'
import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { RouteDecision, ServiceState, ServingService } from '../../serving-service.js'
import type { ServedStep, TextEnd, TextStart } from '../../text-event.js'

/** What the server counts, for Prometheus. */
export interface Metrics {
  /** The text of `/metrics`, and its media type. */
  expose(): Promise<string>
  readonly mediaType: string
  /** A request was answered; `route` is the pattern, never what was asked. */
  answered(request: {
    readonly route: string
    readonly method: string
    readonly status: number
    readonly ms: number
  }): void
  started(served: Served, start: TextStart, waitedMs: number): void
  firstToken(served: Served, ms: number): void
  step(served: Served, step: ServedStep): void
  ended(served: Served, end: TextEnd, generateMs: number): void
}

/** Who answers. */
export interface Served {
  readonly model: string
  readonly route: RouteDecision
}

// Queues and prompts take from milliseconds to minutes.
const seconds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300]
const tokensPerSecond = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000]

/** The metrics of one server, in a registry of its own. */
export function createMetrics(service: Pick<ServingService, 'state'>, openConnections: () => number): Metrics {
  const registry = new Registry()
  addGauges(registry, service, openConnections)
  return {
    ...tokenMetrics(registry),
    ...httpMetrics(registry),
    expose: () => registry.metrics(),
    mediaType: registry.contentType,
  }
}

function tokenMetrics(registry: Registry): Pick<Metrics, 'started' | 'firstToken' | 'step' | 'ended'> {
  const labelNames = ['role', 'model'] as const
  const counter = (name: string, help: string) =>
    new Counter({ name: `foretoken_${name}`, help, labelNames, registers: [registry] })
  const histogram = (name: string, help: string, buckets: number[]) =>
    new Histogram({ name: `foretoken_${name}`, help, labelNames, buckets, registers: [registry] })
  const drafter = (name: string, help: string) =>
    new Counter({
      name: `foretoken_${name}`,
      help,
      labelNames: ['drafter', 'role', 'model'] as const,
      registers: [registry],
    })

  const drafted = drafter('drafted_tokens_total', 'Draft tokens that were verified')
  const accepted = drafter('accepted_tokens_total', 'Draft tokens that were accepted')
  const steps = counter('steps_total', 'Verified batches')
  const prompt = counter('prompt_tokens_total', 'Tokens of prompts')
  const reused = counter('reused_tokens_total', 'Tokens of prompts that did not have to be evaluated again')
  const completion = counter('completion_tokens_total', 'Tokens of answers that were finished')
  const queueWait = histogram('queue_wait_seconds', 'From the arrival of a request to its work', seconds)
  const firstToken = histogram('first_token_seconds', 'From the arrival of a request to its first token', seconds)
  const speed = histogram('answer_tokens_per_second', 'Tokens of an answer by the time from its start', tokensPerSecond)
  return {
    started(served, { promptTokens, reusedTokens }, waitedMs) {
      const labels = labelsOf(served)
      prompt.inc(labels, promptTokens)
      reused.inc(labels, reusedTokens)
      queueWait.observe(labels, waitedMs / 1000)
    },
    firstToken: (served, ms) => firstToken.observe(labelsOf(served), ms / 1000),
    step(served, step) {
      const labels = labelsOf(served)
      steps.inc(labels)
      if (step.draftedTokens === 0) return
      drafted.inc({ ...labels, drafter: step.drafter }, step.draftedTokens)
      accepted.inc({ ...labels, drafter: step.drafter }, step.acceptedTokens)
    },
    ended(served, { completionTokens, promptTokens = 0, reusedTokens = 0 }, generateMs) {
      const labels = labelsOf(served)
      prompt.inc(labels, promptTokens)
      reused.inc(labels, reusedTokens)
      completion.inc(labels, completionTokens)
      if (generateMs > 0) speed.observe(labels, (completionTokens / generateMs) * 1000)
    },
  }
}

function labelsOf({ model, route }: Served): { readonly model: string; readonly role: string } {
  return { model, role: route.role ?? '' }
}

function httpMetrics(registry: Registry): Pick<Metrics, 'answered'> {
  const requests = new Counter({
    name: 'foretoken_http_requests_total',
    help: 'Requests by route and status',
    labelNames: ['route', 'method', 'status'] as const,
    registers: [registry],
  })
  const duration = new Histogram({
    name: 'foretoken_http_request_seconds',
    help: 'Time to answer, to the last byte',
    labelNames: ['route'] as const,
    buckets: seconds,
    registers: [registry],
  })
  return {
    answered({ route, method, status, ms }) {
      requests.inc({ route, method, status })
      duration.observe({ route }, ms / 1000)
    },
  }
}

function addGauges(registry: Registry, service: Pick<ServingService, 'state'>, openConnections: () => number): void {
  const state = () => service.state()
  const gauge = (name: string, help: string, value: () => number) =>
    new Gauge({
      name,
      help,
      registers: [registry],
      collect: function () {
        this.set(value())
      },
    })
  gauge(
    'foretoken_goodput_tokens_per_second',
    'Committed tokens a second over the last ten seconds',
    () => state().goodput,
  )
  gauge('foretoken_pool_used_bytes', 'Memory of the loaded models', () => state().memory.usedBytes)
  gauge('foretoken_pool_budget_bytes', 'Memory that models may take', () => state().memory.budgetBytes)
  gauge('foretoken_open_connections', 'Open connections', openConnections)
  gauge('process_resident_memory_bytes', 'Resident memory of this process', () => process.memoryUsage.rss())
  gauge('process_open_fds', 'Open file descriptors of this process', openDescriptors)
  const byModel = (name: string, help: string, value: (model: ServiceState['models'][number]) => number) =>
    new Gauge({
      name,
      help,
      labelNames: ['model'] as const,
      registers: [registry],
      collect() {
        this.reset()
        for (const model of state().models) this.set({ model: model.id }, value(model))
      },
    })
  byModel('foretoken_queue_length', 'Requests that wait', ({ queued }) => queued)
  byModel('foretoken_active_requests', 'Requests that are worked on', ({ active }) => active)
  new Counter({
    name: 'foretoken_evictions_total',
    help: 'Models that had to make room',
    registers: [registry],
    collect() {
      this.reset()
      this.inc(state().evicted)
    },
  })
}

function openDescriptors(): number {
  try {
    return readdirSync('/proc/self/fd').length
  } catch {
    return 0
  }
}
