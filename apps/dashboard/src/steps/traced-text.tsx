import type { TracedStep } from 'foretoken/serve-types'
import type { ReactElement } from 'react'
import { Piece } from '../chat/piece.js'

/** Properties of {@link TracedText}. */
interface TracedTextProperties {
  readonly steps: readonly TracedStep[]
  readonly activeStep: number | undefined
}

/** The text of a trace, where the server keeps texts. */
export function TracedText({ steps, activeStep }: TracedTextProperties): ReactElement | undefined {
  if (!steps.some(({ pieces = [] }) => pieces.length > 0)) return undefined
  let index = 0
  return (
    <p className="answer-text">
      {steps.flatMap(({ index: step, pieces = [] }) =>
        pieces.map((piece) => (
          <Piece
            key={index}
            piece={{ ...piece, index: index++, step }}
            isActive={false}
            isInStep={step === activeStep}
          />
        )),
      )}
    </p>
  )
}
