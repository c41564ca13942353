import { browserName } from './lib/browser.mjs'
import { builtEngines } from './lib/engines.mjs'

/** Hands the paths of llama.cpp's programs, and the name of a browser, to the tests of the project `engines`. */
export async function setup(project) {
  const engines = await builtEngines()
  if (engines === undefined) throw new Error('llama.cpp’s programs are not built; npm run test:engines builds them')
  project.provide('engines', engines)
  project.provide('browser', browserName() ?? '')
}
