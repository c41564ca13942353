import { publishedRooms } from './rooms.js'
import type { Tree } from './tree.js'

/** Changesets that cannot be released as they are, and published packages whose changes nobody tells. */
export function changesetFaults(tree: Tree): string[] {
  const known = publishedRooms(tree)
  const changesets = [...tree]
    .filter(([path]) => /^\.changeset\/.*\.md$/.test(path))
    .map(([path, text]) => ({ path, ...parse(text) }))
  const told = new Set(changesets.flatMap(({ names }) => names))
  return [
    ...changesets.filter(({ text }) => text === '').map(({ path }) => `${path} does not say what changes`),
    ...changesets.filter(({ names }) => names.length === 0).map(({ path }) => `${path} names no package`),
    ...changesets.flatMap(({ path, names }) =>
      names
        .filter((name) => !known.some(({ manifest }) => manifest.name === name))
        .map((name) => `${path}: there is no package ${name}`),
    ),
    ...known
      .filter(({ folder, manifest }) => !told.has(manifest.name) && !tree.has(`${folder}/CHANGELOG.md`))
      .map(({ folder }) => `${folder} has neither a changeset nor a CHANGELOG.md`),
  ]
}

function parse(changeset: string): { readonly names: readonly string[]; readonly text: string } {
  const [, matter = '', text = ''] = /^---\n([\s\S]*?)^---\n([\s\S]*)$/m.exec(changeset) ?? []
  return {
    names: [...matter.matchAll(/^['"]?([^'":]+)['"]?: (?:major|minor|patch)$/gm)].map(([, name = '']) => name),
    text: text.trim(),
  }
}
