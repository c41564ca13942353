/** The files of a new drafter package, by path; `model` is the manifest of another drafter. */
export function drafterFiles(name, description, model) {
  const folder = `packages/drafter-${name}`
  const factory = `${name.replace(/-(.)/g, (_, letter) => letter.toUpperCase())}Drafter`
  return {
    [`${folder}/package.json`]: `${JSON.stringify(manifest(folder, description, model), null, 2)}\n`,
    [`${folder}/README.md`]: readme(name, description, factory),
    [`${folder}/src/index.ts`]: source(name, description, factory),
    [`${folder}/src/index.test.ts`]: test(factory),
    [`.changeset/drafter-${name}.md`]: `---\n'@foretoken/drafter-${name}': minor\n---\n\n${description}.\n`,
  }
}

function manifest(folder, description, model) {
  return {
    ...model,
    name: folder.replace('packages', '@foretoken'),
    version: '0.0.0',
    description,
    repository: { ...model.repository, directory: folder },
    dependencies: { '@foretoken/contract': 'workspace:^' },
  }
}

const source = (name, description, factory) => `import {
  CONTRACT_VERSION,
  type Drafter,
  type DraftSession,
  SpeculationError,
  type TokenId,
  type Tokens,
} from '@foretoken/contract'

const NAME = '${name}'

/** ${description}. */
export function ${factory}(): Drafter {
  return {
    contractVersion: CONTRACT_VERSION,
    name: NAME,
    learnsAcrossSessions: false,
    open: (prompt) => openSession(prompt),
    [Symbol.dispose]() {},
  }
}

// A first version that keeps every law, for you to replace: it drafts what followed each token the last time.
function openSession(prompt: Tokens): DraftSession {
  const followers = new Map<TokenId, TokenId>()
  let last: TokenId | undefined
  let closed = false
  const append = (tokens: Tokens): void => {
    if (closed) throw new SpeculationError('ERR_SESSION_CLOSED', 'the draft session is closed')
    for (const token of tokens) {
      if (last !== undefined) followers.set(last, token)
      last = token
    }
  }
  append(prompt)
  return {
    draft({ maxTokens }) {
      if (closed) throw new SpeculationError('ERR_SESSION_CLOSED', 'the draft session is closed')
      const tokens: TokenId[] = []
      let next = last === undefined ? undefined : followers.get(last)
      while (next !== undefined && tokens.length < maxTokens) {
        tokens.push(next)
        next = followers.get(next)
      }
      return { tokens: Int32Array.from(tokens), drafter: NAME }
    },
    commit: append,
    async [Symbol.asyncDispose]() {
      closed = true
    },
  }
}
`

const test = (factory) => `import { testDrafter } from '@foretoken/contract/conformance'
import { expect, test } from 'vitest'
import { ${factory} } from './index.js'

testDrafter({ create: ${factory} })

test('drafts what followed the last time', async () => {
  const session = ${factory}().open(Int32Array.of(1, 2, 3, 1))
  const { tokens } = await session.draft({ maxTokens: 2 })
  expect(tokens).toEqual(Int32Array.of(2, 3))
})
`

const readme = (name, description, factory) => `# @foretoken/drafter-${name}

${description}.

## Install

\`\`\`sh
npm install @foretoken/drafter-${name}
\`\`\`

## Use

\`\`\`ts
import { ${factory} } from '@foretoken/drafter-${name}'

using drafter = ${factory}()
const session = drafter.open(Int32Array.of(1, 2, 3, 1))
await session.draft({ maxTokens: 2 }) // => { tokens: Int32Array.of(2, 3), drafter: '${name}' }
\`\`\`

## When it helps

When a token is mostly followed by the one that followed it before.

## Limits

It sees one request only, and knows no probabilities.

## Dependencies

- \`@foretoken/contract\`: the \`Drafter\` interface and the error class.

## Background

The simplest drafter there is: a table of the last follower of each token.
`
