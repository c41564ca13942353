import type { RouteDecision } from '../../serving-service.js'
import type { TextEnd, TextPieceEvent } from '../../text-event.js'
import type { SpeculationView } from './dialect.js'
import type { ServingFold } from './serving-fold.js'

/** The `speculation` of a stream's event: what a step brought; nothing where the steps are not shown. */
export function stepSpeculation({ trace }: SpeculationView, { pieces, step }: TextPieceEvent): object {
  return trace ? { speculation: { pieces, ...(step && { step }) } } : {}
}

/** The `speculation` of a stream's last event: what all of it brought, and who was asked. */
export function endSpeculation({ asked, seed }: SpeculationView, end: TextEnd, route: RouteDecision): object {
  const { summary, notDrafted } = end
  if (!asked) return {}
  return {
    speculation: {
      ...(summary && { summary }),
      ...(notDrafted !== undefined && { notDrafted }),
      ...(seed !== undefined && { seed }),
      route,
    },
  }
}

/** The `speculation` of a whole answer. */
export function wholeSpeculation(view: SpeculationView, { end, route, trace }: ServingFold): object {
  const whole = endSpeculation(view, end, route)
  return 'speculation' in whole && view.trace ? { speculation: { ...(whole.speculation as object), trace } } : whole
}
