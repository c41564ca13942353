// Starts a program in a process group of its own and guards it, as a server's keeper does. Arguments: guard module, program.
import { spawn } from 'node:child_process'
import { pathToFileURL } from 'node:url'

const [guard, program, ...args] = process.argv.slice(2)
const { guardProcessGroup } = await import(pathToFileURL(guard).href)
const child = spawn(program, args, { stdio: 'ignore', detached: true })
child.once('spawn', () => {
  guardProcessGroup(child.pid)
  process.stdout.write(`${child.pid}\n`)
})
