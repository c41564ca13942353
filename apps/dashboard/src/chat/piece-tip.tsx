import type { ServedStep } from 'foretoken/serve-types'
import { type ReactElement, type RefObject, useLayoutEffect, useRef } from 'react'
import { drafterTitle, lookOf } from '../parts/drafter-look.js'
import { duration, percent } from '../parts/format.js'
import type { AnswerPiece } from './answer.js'

/** Properties of {@link PieceTip}. */
interface PieceTipProperties {
  readonly piece: AnswerPiece
  readonly step: ServedStep | undefined
  /** Element that the text is in. */
  readonly place: RefObject<HTMLDivElement | null>
}

/** Says of a piece who made it, how probable that was, and what the step was like that it came with. */
export function PieceTip({ piece, step, place }: PieceTipProperties): ReactElement {
  const tip = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => {
    const text = place.current
    const span = text?.querySelector<HTMLElement>(`[data-piece="${piece.index}"]`)
    const { current } = tip
    if (!text || !span || !current) return
    const box = span.getClientRects()[0] ?? span.getBoundingClientRect()
    const around = text.getBoundingClientRect()
    const left = Math.min(box.left - around.left, around.width - current.offsetWidth)
    current.style.left = `${Math.max(0, left)}px`
    current.style.top = `${box.bottom - around.top + 6}px`
  }, [piece, place])
  return (
    <div className="tip" ref={tip} role="status">
      <strong className="swatch" data-look={lookOf(piece.drafter)}>
        {drafterTitle(piece.drafter)}
      </strong>
      {piece.probability !== undefined && <span>probability {percent(piece.probability)}</span>}
      {step && (
        <>
          <span>step {step.index + 1}</span>
          <span>
            width {step.width}
            {step.draftedTokens > 0 && ` · ${step.acceptedTokens} of ${step.draftedTokens} drafted accepted`}
          </span>
          <span>{duration(step.draftMs + step.verifyMs)}</span>
        </>
      )}
    </div>
  )
}
