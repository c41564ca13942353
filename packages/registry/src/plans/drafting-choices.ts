import type { LaunchDraft, LaunchLookup, LaunchModel } from './launch-model.js'
import type { LaunchChoice } from './launch-plan.js'

// llama-server's names (common/arg.cpp, `--spec-type`).
const draftTypes: Readonly<Record<LaunchDraft['kind'], string>> = {
  model: 'draft-simple',
  eagle3: 'draft-eagle3',
  dflash: 'draft-dflash',
  mtp: 'draft-mtp',
}

const draftWords: Readonly<Record<LaunchDraft['kind'], string>> = {
  model: 'a draft model',
  eagle3: 'an EAGLE-3 head',
  dflash: 'a DFlash head',
  mtp: 'the model’s own prediction layers',
}

/** How llama-server drafts: all its types go into one list. */
export function serverDrafting({ draft, lookup, refused = [] }: LaunchModel): readonly LaunchChoice[] {
  const types = [...(draft ? [draftTypes[draft.kind]] : []), ...(lookup ? ['ngram-simple'] : [])]
  if (types.length === 0) return [offChoice(refused)]
  const who = [...(draft ? [draftWords[draft.kind]] : []), ...(lookup ? ['the text itself'] : [])].join(' and ')
  const drafting: LaunchChoice = {
    about: 'drafting',
    args: ['--spec-type', types.join(',')],
    because: `Drafts come from ${who}.${refusedWords(refused)}`,
  }
  return [drafting, ...(draft ? [serverDraft(draft)] : []), ...(lookup ? [serverLookup(lookup)] : [])]
}

function offChoice(refused: readonly string[]): LaunchChoice {
  return { about: 'drafting', args: [], because: `Nothing drafts.${refusedWords(refused)}` }
}

function refusedWords(refused: readonly string[]): string {
  return refused.map((reason) => ` ${reason.charAt(0).toUpperCase()}${reason.slice(1).replace(/\.?$/, '.')}`).join('')
}

function serverDraft({ kind, path, maxTokens }: LaunchDraft): LaunchChoice {
  const where = path === undefined ? [] : ['--spec-draft-model', path]
  const howMany = maxTokens === undefined ? [] : ['--spec-draft-n-max', String(maxTokens)]
  const length =
    maxTokens === undefined
      ? 'Its drafts are as long as llama-server’s default.'
      : `Its drafts have at most ${maxTokens} tokens.`
  const source = path === undefined ? `Drafts of ${draftWords[kind]} need no other file.` : `It is loaded from ${path}.`
  return { about: 'draft model', args: [...where, ...howMany], because: `${source} ${length}` }
}

function serverLookup({ matchTokens, maxTokens }: LaunchLookup): LaunchChoice {
  const args = [
    ...(matchTokens === undefined ? [] : ['--spec-ngram-simple-size-n', String(matchTokens)]),
    ...(maxTokens === undefined ? [] : ['--spec-ngram-simple-size-m', String(maxTokens)]),
  ]
  const agree = matchTokens === undefined ? 'the same tokens' : `the same ${matchTokens} tokens`
  return {
    about: 'lookup',
    args,
    because: `What followed ${agree} earlier in the text is tried again; it needs no memory and no model.`,
  }
}

/** How the embedded engine drafts: by its own drafters, whose lengths a policy chooses. */
export function embeddedDrafting({ draft, lookup, refused = [] }: LaunchModel): readonly LaunchChoice[] {
  if (draft === undefined && lookup === undefined) {
    const off = offChoice(refused)
    return [{ ...off, args: ['--drafter', 'none'] }]
  }
  const chosen: LaunchChoice = {
    about: 'drafting',
    args: draft === undefined ? ['--drafter', 'auto'] : [],
    because: `${draft === undefined ? 'Suffix drafts' : 'The draft model and suffix draft'}, as long as that pays.${refusedWords(refused)}`,
  }
  if (draft?.path === undefined) return [chosen]
  const length = draft.maxTokens === undefined ? '' : ` A registry’s ${draft.maxTokens} tokens a draft are not fixed:`
  return [
    chosen,
    {
      about: 'draft model',
      args: ['--draft', draft.path],
      because: `It is loaded from ${draft.path}.${length} The policy chooses the length from measured costs.`,
    },
  ]
}
