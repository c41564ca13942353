import { createParser } from 'eventsource-parser'

/** Data of server-sent events, as they come. Throws for an event of more characters than that. */
export async function* readEvents(
  body: AsyncIterable<Uint8Array>,
  mostCharacters: number,
): AsyncGenerator<string, void> {
  const decoder = new TextDecoder()
  let events: string[] = []
  let isTooLong = false
  const parser = createParser({
    maxBufferSize: mostCharacters,
    onEvent: ({ data }) => {
      if (data.length > mostCharacters) isTooLong = true
      else events.push(data)
    },
    onError: ({ type }) => {
      if (type === 'max-buffer-size-exceeded') isTooLong = true
    },
  })
  for await (const bytes of body) {
    parser.feed(decoder.decode(bytes, { stream: true }))
    const ready = events
    events = []
    yield* ready
    if (isTooLong) throw new Error(`it sent an event of more than ${mostCharacters} characters`)
  }
}
