import type { Tokens } from '@foretoken/contract'
import type { Tokenizer } from '@foretoken/runner-llamacpp'
import { type CorpusTally, emptyTally, withFile, withSkipped } from './corpus-tally.js'
import { type FolderDocumentsOptions, folderDocuments } from './folder-documents.js'

/** Where a corpus comes from, and how much of it fits. */
export interface CorpusDocumentsOptions extends FolderDocumentsOptions {
  readonly folder: string
  readonly tokenizer: Pick<Tokenizer, 'tokenize'>
  /** Whether there is room for so many tokens more. */
  readonly hasRoom: (tokens: number) => boolean
  /** Hears of every file after it is counted. */
  readonly onFile: (path: string, tally: CorpusTally) => void
}

/** The tokens of a folder's files, and what became of each. */
export interface CorpusDocuments {
  readonly tally: CorpusTally
  /** Reads on with every value that is asked for; only once. */
  readonly tokens: AsyncGenerator<Tokens, void, void>
}

/** Reads a folder file by file; what finds no room is counted, and a smaller file may find some. */
export function corpusDocuments(options: CorpusDocumentsOptions): CorpusDocuments {
  const { folder, tokenizer, hasRoom, onFile } = options
  let tally = emptyTally
  async function* read(): AsyncGenerator<Tokens, void, void> {
    for await (const document of folderDocuments(folder, options)) {
      const count = (next: CorpusTally): void => {
        tally = next
        onFile(document.path, tally)
      }
      if ('skipped' in document) {
        count(withSkipped(tally, document.skipped))
        continue
      }
      const tokens = tokenizer.tokenize(document.text)
      if (hasRoom(tokens.length)) {
        yield tokens
        count(withFile(tally, { tokens: tokens.length, bytes: document.bytes }))
      } else count(withSkipped(tally, 'no-room'))
    }
  }
  return {
    get tally() {
      return tally
    },
    tokens: read(),
  }
}
