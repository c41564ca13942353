import type { QuickJSHandle } from 'quickjs-emscripten'
import type { ChildMessage, ChildProgram, ChildTools } from './child.js'

/** Program of the child that runs JavaScript in QuickJS. It is sent as text, so it uses nothing but its argument. */
export async function javascriptChild({ load, readInput, hardenNode, argument }: ChildTools): Promise<void> {
  const { writeSync } = process.getBuiltinModule('node:fs')
  const say = (message: ChildMessage) => writeSync(3, `${JSON.stringify(message)}\n`)
  hardenNode(argument.maxMemoryBytes)
  const { getQuickJS } = (await load(argument.module)) as typeof import('quickjs-emscripten')
  const runtime = (await getQuickJS()).newRuntime()
  runtime.setMemoryLimit(argument.maxMemoryBytes / 2)
  // Less than what overflows the stack of V8 below it, which start-child.ts raises.
  runtime.setMaxStackSize(512 * 1024)
  const context = runtime.newContext()

  let output = ''
  let characters = 0
  const print = context.newFunction('print', (text = context.undefined) => {
    const line = `${context.getString(text)}\n`
    characters += line.length
    output = `${output}${line}`.slice(0, 10_000)
    if (characters > argument.maxOutputBytes) {
      say({ outcome: 'output', message: `more than ${argument.maxOutputBytes} characters were printed`, output })
      process.exit(0)
    }
    return context.undefined
  })
  context.setProp(context.global, '__print', print)
  const finish = (stage: 'code' | 'tests', error: QuickJSHandle): never => {
    const { name, message } = { name: 'Error', message: '', ...(context.dump(error) as object) }
    const memory = name === 'InternalError' && message === 'out of memory'
    say({ outcome: memory ? 'memory' : `${stage}-failed`, message: `${name}: ${message}`.slice(0, 2_000), output })
    return process.exit(0)
  }
  context.evalCode(argument.prelude, 'prelude')
  say({ ready: true })
  const { code, tests, timeoutMs } = JSON.parse(await readInput()) as ChildProgram
  const deadline = Date.now() + timeoutMs
  runtime.setInterruptHandler(() => {
    if (Date.now() < deadline) return false
    say({ outcome: 'timeout', message: `it took more than ${timeoutMs} ms`, output })
    return process.exit(0)
  })
  const answered = context.evalCode(code, 'code')
  if (answered.error) finish('code', answered.error)
  const jobs = runtime.executePendingJobs(-1)
  if (jobs.error) finish('code', jobs.error)
  const tested = context.evalCode(`(async () => {\n${tests}\n})()`, 'tests')
  if (tested.error) return finish('tests', tested.error)
  runtime.executePendingJobs(-1)
  const state = context.getPromiseState(tested.value)
  if (state.type === 'rejected') finish('tests', state.error)
  if (state.type === 'pending') {
    say({ outcome: 'tests-failed', message: 'the tests wait for something that never comes', output })
  } else {
    say({ outcome: 'passed', message: '', output })
  }
  process.exit(0)
}
