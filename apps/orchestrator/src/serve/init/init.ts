import { access } from 'node:fs/promises'
import { SpeculationError } from '@foretoken/contract'
import type { Host } from '../../host.js'
import { listenForInterruption } from '../../interruption.js'
import { openPartialFile } from '../../partial-file.js'
import { progressLine } from '../../progress-line.js'
import { untilInterrupted } from '../../until-interrupted.js'
import { parseServeConfig } from '../config/parse-serve-config.js'
import { configName } from '../config/read-serve-config.js'
import { defaultBudget } from '../open-house.js'
import { configText } from './config-text.js'
import { type FoundModels, findModels } from './find-models.js'

/** What `foretoken init` can be told. */
export interface InitOptions {
  /**
   * Folder that is searched for GGUF files.
   * @defaultValue the working folder
   */
  readonly folder?: string
  /**
   * Path of the file that is written.
   * @defaultValue 'foretoken.yaml'
   */
  readonly out?: string
  /**
   * Whether an older file is replaced.
   * @defaultValue false
   */
  readonly force?: boolean
  /**
   * Prints one JSON object instead of the text.
   * @defaultValue false
   */
  readonly json?: boolean
}

/** Writes a configuration for the models of a folder; returns the exit code. */
export async function init(options: InitOptions, host: Host): Promise<number> {
  using interruption = listenForInterruption(host)
  using progress = progressLine(host.stderr)
  const { folder = '.', out = configName, force = false, json = false } = options
  return await untilInterrupted({ host, interruption, progress, json, command: 'init' }, async () => {
    if (!force) await assertFree(out)
    progress.show(`Looking for models in ${folder}`)
    const found = await findModels(folder, interruption.signal)
    if (found.models.length === 0)
      throw new SpeculationError(
        'ERR_FILE_NOT_FOUND',
        `there is no GGUF model in ${folder}; name the folder they lie in`,
      )
    const text = configText(found, { path: out, budgetBytes: await defaultBudget() })
    // What is written must be read again: better no file than one that fails later.
    parseServeConfig(text, out)
    await using file = await openPartialFile(out, 'configuration')
    await file.file.writeFile(text)
    await file.keep()
    progress.clear()
    host.stdout.write(json ? `${JSON.stringify(resultOf(out, found))}\n` : sentences(out, found))
    return 0
  })
}

async function assertFree(path: string): Promise<void> {
  const isThere = await access(path).then(
    () => true,
    () => false,
  )
  if (isThere)
    throw new SpeculationError('ERR_OPTION_INVALID', `${path} is there already; add --force to replace it`, {
      details: { path },
    })
}

function resultOf(path: string, { models, unreadable }: FoundModels): object {
  return { path, models: models.map((model) => model.path), unreadable }
}

function sentences(path: string, { models, unreadable }: FoundModels): string {
  const count = `${models.length} ${models.length === 1 ? 'model' : 'models'}`
  const lines = [
    `wrote ${path} for ${count}`,
    ...unreadable.map((file) => `- ${file.path} is left out: ${file.reason}`),
    `next: foretoken serve${path === configName ? '' : ` --config ${path}`}`,
  ]
  return `${lines.join('\n')}\n`
}
