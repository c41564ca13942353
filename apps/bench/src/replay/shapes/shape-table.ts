import Table from 'cli-table3'
import type { ShapeReport } from './compare-shapes.js'

/** The report as a table: one line a shape and cost, over all files. */
export function shapeText({ pooled }: ShapeReport): string {
  const table = new Table({
    head: ['b', 'shape', 'steps', 'tokens/step', 'drafted', 'S(b)'],
    colAligns: ['right', 'left', 'right', 'right', 'right', 'right'],
    chars: { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' },
    style: { head: [], border: [] },
  })
  for (const { beta, shape, steps, tokensPerStep, draftedTokens, speedup } of pooled)
    table.push([beta, shape, String(steps), tokensPerStep.toFixed(3), String(draftedTokens), speedup.toFixed(3)])
  return `${table.toString()}\n\n${legend}\n`
}

const legend =
  'path: one token at each place. equal-tree: a tree of as many tokens as the path would have. tree: as many as pay.\nThe drafter is the same. S is the geometric mean over the files, a token of a tree costing as much as one of a path.'
