import { hasProgram, missingPackages } from './debian-packages.mjs'

const browsers = ['chromium', 'chromium-browser', 'google-chrome']

/** What is missing to test the page of `foretoken serve`, with the cure; empty when nothing is. CI installs it first. */
export function missingBrowser() {
  return missingPackages('The test of the page', [{ name: 'chromium', programs: browsers }])
}

/** The name that starts a browser of Chromium's kind; undefined where there is none. */
export function browserName() {
  return browsers.find(hasProgram)
}
