import type { TextEvent } from '../text-event.js'
import { CalledText } from '../tools/called-text.js'
import type { ToolReading } from '../tools/tool-plan.js'

/** An answer's events, with the calls of tools that stand in its text as events of their own. */
export async function* calledEvents(
  events: AsyncIterable<TextEvent>,
  reading: ToolReading,
): AsyncGenerator<TextEvent, void> {
  const text = new CalledText(reading)
  for await (const event of events) {
    if (event.kind === 'piece') {
      const { kind: _, pieces, ...told } = event
      yield* text.events(pieces, told)
    } else if (event.kind === 'end') {
      yield* text.end()
      yield text.hasCalls && event.finish !== 'length' ? { ...event, finish: 'tool-calls' } : event
    } else yield event
  }
}
