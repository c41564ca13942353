import { publishedRooms, type Room } from './rooms.js'
import type { Tree } from './tree.js'

const sections = ['## Install', '## Use', '## Limits']

/** READMEs of published packages that do not open as agreed, lack a section, or hide a dependency. */
export function readmeFaults(tree: Tree): string[] {
  return publishedRooms(tree).flatMap((room) => {
    const path = `${room.folder}/README.md`
    const text = tree.get(path)
    return text === undefined ? [`${path} is missing`] : faultsOf(room, text).map((fault) => `${path} ${fault}`)
  })
}

function faultsOf({ manifest }: Room, text: string): string[] {
  const [title, blank, lead = ''] = text.split('\n')
  const opening = [
    ...(title === `# ${manifest.name}` && blank === ''
      ? []
      : [`does not open with "# ${manifest.name}" and a blank line`]),
    ...(manifest.description && lead.startsWith(manifest.description)
      ? []
      : ['does not lead with the description of package.json']),
  ]
  const lines = text.split('\n')
  const missing = sections.filter((section) => !lines.includes(section)).map((section) => `has no section "${section}"`)
  const silent = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies })
    .filter((name) => !text.includes(`\`${name}\``))
    .map((name) => `does not say what \`${name}\` is for`)
  return [...opening, ...missing, ...silent]
}
