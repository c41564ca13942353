import type { CorpusResult } from './corpus-result.js'
import type { SkipReason } from './folder-documents.js'

/** Why a file is not in a corpus. */
export type LeftOut = SkipReason | 'no-room'

/** What became of a folder's files so far. */
export interface CorpusTally {
  readonly files: number
  readonly tokens: number
  /** Bytes of their text. */
  readonly textBytes: number
  /** Files that are left out, and folders that are not looked into, by reason. */
  readonly skipped: Readonly<Partial<Record<LeftOut, number>>>
}

/** The tally of nothing. */
export const emptyTally: CorpusTally = { files: 0, tokens: 0, textBytes: 0, skipped: {} }

/** The tally after one more file. */
export function withFile(tally: CorpusTally, file: { readonly tokens: number; readonly bytes: number }): CorpusTally {
  const { files, tokens, textBytes } = tally
  return { ...tally, files: files + 1, tokens: tokens + file.tokens, textBytes: textBytes + file.bytes }
}

/** The tally after one file more is left out. */
export function withSkipped(tally: CorpusTally, reason: LeftOut): CorpusTally {
  return { ...tally, skipped: { ...tally.skipped, [reason]: (tally.skipped[reason] ?? 0) + 1 } }
}

/** What was made of a folder, for a person. */
export function corpusText(result: CorpusResult): string {
  const { files, tokens, folder, out, fileBytes } = result
  const size = `${(fileBytes / 1e6).toFixed(1)} MB`
  const leftOut = skippedText(result)
  const lines = [
    `${out}: ${files.toLocaleString('en')} files of ${folder}, ${tokens.toLocaleString('en')} tokens, ${size}`,
  ]
  if (leftOut !== '') lines.push(leftOut)
  return `${lines.join('\n')}\n`
}

/** "left out: 12 of other kinds, 1 binary"; empty where nothing is. */
export function skippedText({ skipped }: CorpusTally): string {
  const parts = (Object.keys(reasonTexts) as LeftOut[])
    .filter((reason) => skipped[reason] !== undefined)
    .map((reason) => `${skipped[reason]} ${reasonTexts[reason]}`)
  return parts.length === 0 ? '' : `left out: ${parts.join(', ')}`
}

const reasonTexts: Readonly<Record<LeftOut, string>> = {
  extension: 'of other kinds (--include)',
  'too-large': 'too large (--max-file-bytes)',
  'no-room': 'without room (--max-bytes)',
  binary: 'binary',
  empty: 'empty',
  'ignored-folder': 'folders of copies or histories',
  'link-outside': 'links out of the folder',
  'seen-before': 'read already through a link',
  unreadable: 'unreadable',
}
