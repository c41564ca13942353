import { memo, type ReactElement } from 'react'
import { lookOf } from '../parts/drafter-look.js'
import type { AnswerPiece } from './answer.js'

/** Properties of {@link Piece}. */
interface PieceProperties {
  readonly piece: AnswerPiece
  readonly isActive: boolean
  readonly isInStep: boolean
}

/** A piece of the text. It is drawn once: an answer has thousands. */
export const Piece = memo(function Piece({ piece, isActive, isInStep }: PieceProperties): ReactElement {
  const { index, drafter, step, text } = piece
  return (
    <span
      className={`piece${isActive ? ' is-active' : ''}${isInStep ? ' is-in-step' : ''}`}
      data-look={lookOf(drafter)}
      data-piece={index}
      data-drafter={drafter}
      data-step={step}
    >
      {text}
    </span>
  )
})
