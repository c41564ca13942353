// Usage: npm run bench:e2e, npm run bench:engine — runs a command of apps/bench with llama.cpp's own programs, where
// `npm run test:engines` has built them.
import { builtEngines } from './lib/engines.mjs'
import { runCommand } from './lib/stage.mjs'

const engines = await builtEngines()
const found = engines === undefined ? [] : ['--llama-cpp', engines.folder]
const { exitCode } = await runCommand(process.execPath, ['apps/bench/dist/cli.js', ...process.argv.slice(2), ...found])
process.exitCode = exitCode
