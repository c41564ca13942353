import type { TextPiece } from '@foretoken/runner-llamacpp'
import type { Colours } from './colours.js'
import { colourOf } from './drafting.js'
import type { OutputStream } from './host.js'

/** Shows a text as it comes, each piece in the colour of the drafter that made it. */
export interface TextView {
  show(pieces: readonly TextPiece[]): void
  /** Ends the line on a terminal; anywhere else the text stays as it is, to the byte. */
  end(): void
}

/** Writes to `stream`; the target's own tokens stay uncoloured. */
export function textView(stream: OutputStream, colours: Colours): TextView {
  let last = '\n'
  return {
    show(pieces) {
      let shown = ''
      for (const { text, drafter } of pieces) {
        const colour = colourOf(drafter)
        shown += colour === undefined ? text : colours[colour](text)
        last = text.at(-1) ?? last
      }
      if (shown !== '') stream.write(shown)
    },
    end() {
      if (stream.isTTY === true && last !== '\n') stream.write('\n')
    },
  }
}
