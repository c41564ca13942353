import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { fixtureModels } from '@foretoken/fixtures'
import { expect, it } from 'vitest'

const child = fileURLToPath(new URL('children/lifetimes.mjs', import.meta.url))

// Each in a process of its own, because the end of the process is part of it. What else the children have to say, a crash or
// a hang, rejects.
it.each([
  'leftOpen',
  'leftAtWork',
  'disposedInAnyOrder',
  'disposedAtWork',
  'collected',
  'collectedAtWork',
  'exitInDecode',
  'exitInProgress',
  'exitInLoading',
  'exitInMaking',
  'exitInMeasuring',
  'exitWithMoreWork',
  'uncaughtInDecode',
  'workerLeavesOpen',
  'workerCollects',
  'workerExitsInDecode',
  'workerThrowsInDecode',
  'workerIsTerminated',
  'mainExitsBesideWorker',
])('ends well: %s', async (name) => {
  const { stdout, stderr } = await run(name)
  expect(stdout).toBe('done\n')
  expect(stderr).toBe('')
})

it('would crash, now and then, if the addon did not hear of the exit', async () => {
  const ends = async (): Promise<string> =>
    await run('exitUnheard').then(
      () => '',
      ({ signal }: { signal: string | null }) => signal ?? '',
    )
  let signal = ''
  // About every second time.
  for (let tries = 0; signal === '' && tries < 40; tries++) signal = await ends()
  expect(['SIGSEGV', 'SIGABRT', 'SIGBUS']).toContain(signal)
})

async function run(name: string): Promise<{ readonly stdout: string; readonly stderr: string }> {
  const args = ['--expose-gc', child, fixtureModels.base.q8_0, name]
  return await promisify(execFile)(process.execPath, args, { timeout: 90_000 })
}
