import { memo, type ReactElement } from 'react'
import type { AnswerPiece } from './answer.js'
import { Piece } from './piece.js'

/** Pieces that are drawn together: an answer has thousands, of which only the last ones change. */
export const BLOCK_PIECES = 200

/** Properties of {@link PieceBlock}. */
interface PieceBlockProperties {
  /** All of the answer's; the block has some of them. */
  readonly pieces: readonly AnswerPiece[]
  readonly from: number
  readonly to: number
  /** Index of the piece that is looked at; absent where it is in another block. */
  readonly active: number | undefined
  /** Step whose pieces are marked; absent where all of them are in other blocks. */
  readonly activeStep: number | undefined
}

/** A part of the text. */
export const PieceBlock = memo(function PieceBlock(properties: PieceBlockProperties): ReactElement {
  const { pieces, from, to, active, activeStep } = properties
  return (
    <>
      {pieces.slice(from, to).map((piece) => (
        <Piece
          key={piece.index}
          piece={piece}
          isActive={piece.index === active}
          isInStep={activeStep !== undefined && piece.step === activeStep}
        />
      ))}
    </>
  )
}, isSame)

/** The properties of an answer's blocks. */
export function pieceBlocks(
  pieces: readonly AnswerPiece[],
  active: number | undefined,
  activeStep: number | undefined,
): PieceBlockProperties[] {
  return Array.from({ length: Math.ceil(pieces.length / BLOCK_PIECES) }, (_, block) => {
    const from = block * BLOCK_PIECES
    const to = Math.min(from + BLOCK_PIECES, pieces.length)
    const hasStep = isWithin(activeStep, pieces[from]?.step, pieces[to - 1]?.step)
    return {
      pieces,
      from,
      to,
      active: isWithin(active, from, to - 1) ? active : undefined,
      activeStep: hasStep ? activeStep : undefined,
    }
  })
}

function isWithin(value: number | undefined, from = 0, to = 0): boolean {
  return value !== undefined && value >= from && value <= to
}

/** Pieces are only ever added, so a block with the same first piece and the same end has the same pieces. */
function isSame(before: PieceBlockProperties, after: PieceBlockProperties): boolean {
  return (
    before.from === after.from &&
    before.to === after.to &&
    before.pieces[before.from] === after.pieces[after.from] &&
    before.active === after.active &&
    before.activeStep === after.activeStep
  )
}
