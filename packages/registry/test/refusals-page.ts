import type { Refusal } from '../src/refusals/refusal.js'

/** The page of the guide about what is refused, in Markdown. */
export function refusalsPage(refusals: readonly Refusal[]): string {
  const drafters = refusals.filter(({ kind }) => kind === 'drafter')
  const situations = refusals.filter(({ kind }) => kind === 'situation')
  return [
    '# What Foretoken does not do, and why',
    '`npm run seeds` writes this page from `packages/registry/knowledge/refusals.yaml`, which `foretoken run --drafter` and',
    '`foretoken doctor` read as well. Lines such as `results-summary.md:374` are those of the notes that',
    '[registries/epyc-9655.yaml](../packages/registry/registries/epyc-9655.yaml) is made of, which holds them all.',
    '',
    '## Drafters',
    '',
    'Asked for by name, they end with exit code 2, the reason and the cure.',
    '',
    ...drafters.flatMap(section),
    '## Situations',
    '',
    ...situations.flatMap(section),
  ]
    .join('\n')
    .replace('why\n`npm', 'why\n\n`npm')
    .trimEnd()
    .concat('\n')
}

function section({ name, aliases, title, figure, reason, cause, sources, revival, since, instead }: Refusal): string[] {
  const names = [name, ...aliases].map((one) => `\`${one}\``).join(', ')
  return [
    `### ${title}`,
    '',
    `- **Names**: ${names}`,
    `- **Figure**: ${figure}`,
    `- **Reason**: ${reason}`,
    `- **Cause**: ${cause}`,
    ...(since === undefined ? [] : [`- **Since then**: ${since}`]),
    `- **Instead**: ${instead}`,
    `- **To try again**: ${revival.join('; or ')}`,
    `- **Sources**: ${sources.map(link).join(', ')}`,
    '',
  ]
}

function link(source: string): string {
  if (source.startsWith('https://')) return `<${source}>`
  const page = /^docs\/(.*)$/.exec(source)?.[1]
  return page === undefined ? `\`${source}\`` : `[${page}](${page})`
}
