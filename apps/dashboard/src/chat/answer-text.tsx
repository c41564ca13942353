import type { KeyboardEvent, ReactElement, SyntheticEvent } from 'react'
import { useRef, useState } from 'react'
import { type Answer, type AnswerPiece, isOpen } from './answer.js'
import { PieceBlock, pieceBlocks } from './piece-block.js'
import { PieceTip } from './piece-tip.js'

/** Properties of {@link AnswerText}. */
interface AnswerTextProperties {
  readonly answer: Answer
  /** Step whose tokens are marked. */
  readonly activeStep: number | undefined
  readonly onActiveStep: (step: number | undefined) => void
}

/** The text, in the colours of those who made it; one token of it can be looked at, by pointer, finger or arrow keys. */
export function AnswerText({ answer, activeStep, onActiveStep }: AnswerTextProperties): ReactElement {
  const [active, setActive] = useState<AnswerPiece>()
  const place = useRef<HTMLDivElement>(null)
  const { pieces, steps } = answer
  const look = (piece: AnswerPiece | undefined): void => {
    if (piece === active) return
    setActive(piece)
    onActiveStep(piece?.step)
  }
  const onPointer = ({ target }: SyntheticEvent): void => {
    const index = (target as HTMLElement).dataset?.['piece']
    if (index !== undefined) look(pieces[Number(index)])
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    const index = nextIndex(event.key, active?.index ?? -1, pieces.length)
    if (index === undefined) return
    event.preventDefault()
    look(index < 0 ? undefined : pieces[index])
  }
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset holds controls, this holds text
    <div
      className="answer-text"
      ref={place}
      role="group"
      aria-label="Answer. The arrow keys go from token to token."
      // biome-ignore lint/a11y/noNoninteractiveTabindex: the arrow keys go from token to token
      tabIndex={0}
      onPointerOver={onPointer}
      onPointerLeave={() => look(undefined)}
      onClick={onPointer}
      onKeyDown={onKeyDown}
      onBlur={() => look(undefined)}
    >
      {pieceBlocks(pieces, active?.index, activeStep).map((block) => (
        <PieceBlock key={block.from} {...block} />
      ))}
      {isOpen(answer) && <span className="caret" aria-hidden="true" />}
      {active && <PieceTip piece={active} step={stepOf(active, steps)} place={place} />}
    </div>
  )
}

function stepOf({ step: index }: AnswerPiece, steps: Answer['steps']): Answer['steps'][number] | undefined {
  if (index === undefined) return undefined
  const first = steps[0]?.index ?? 0
  return steps[index - first] ?? steps.find((step) => step.index === index)
}

/** Where a key leads to; −1 is nowhere, `undefined` is for other keys. */
function nextIndex(key: string, index: number, length: number): number | undefined {
  switch (key) {
    case 'ArrowRight':
    case 'ArrowDown':
      return Math.min(index + 1, length - 1)
    case 'ArrowLeft':
    case 'ArrowUp':
      return Math.max(index - 1, 0)
    case 'Home':
      return 0
    case 'End':
      return length - 1
    case 'Escape':
      return -1
    default:
      return undefined
  }
}
