#!/usr/bin/env node
import { main } from './main.js'

// A reader that goes away, as `| head` does, is no fault; a run that is under way hears of it, too, and ends.
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
  })

process.exitCode = await main(process.argv.slice(2), process)
