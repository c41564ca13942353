/** Shown under what `foretoken tune` can tune. */
export const tuneHelp = `
Examples:
  $ foretoken tune k model.gguf
  $ foretoken tune drafter model.gguf --prompts my-prompts/
  $ foretoken tune temp model.gguf --drafter suffix
  $ foretoken tune k --help`

const measuring = `
Each value answers all prompts, in turns with drafting off: a machine that gets
slower meanwhile favours none. A speed-up of 1.31 means 1.31 times the speed of
drafting off; least–most is its range over the repetitions. What is clearly not the
best is measured less often; what cannot be told from the best is called as good.
The speed does not count the time that reading a prompt takes. Take prompts like
your own: what drafting brings depends on them more than on anything else.

The table goes to stdout, progress to stderr. Ctrl-C prints what was measured so far,
with exit code 130.`

/** Shown under the options of `foretoken tune k`. */
export const lengthHelp: string = `
Examples:
  $ foretoken tune k model.gguf
  $ foretoken tune k model.gguf --lengths 3,5,8,16 --repetitions 9
  $ foretoken tune k model.gguf --drafter suffix --prompts prompts/ --out k.json
  $ foretoken tune k model.gguf --draft small.gguf
  $ foretoken tune k model.gguf --json | jq '.sweeps[0].best'

Use what it finds with foretoken run model.gguf --k 6.
${measuring}`

/** Shown under the options of `foretoken tune temp`. */
export const temperatureHelp: string = `
Examples:
  $ foretoken tune temp model.gguf
  $ foretoken tune temp model.gguf --temperatures 0,0.2,0.8 --seed 7
  $ foretoken tune temp model.gguf --draft small.gguf

Warm texts repeat less, so drafts come true less often. A speed is compared with
that of drafting off at the same temperature. It needs the native engine. With
--draft the temperatures of the draft model follow, at the best one of the model.
${measuring}`

/** Shown under the options of `foretoken tune drafter`. */
export const drafterHelp: string = `
Examples:
  $ foretoken tune drafter model.gguf
  $ foretoken tune drafter model.gguf --drafters lookup,suffix,lookup+suffix
  $ foretoken tune drafter model.gguf --prompts prompts/ --max-tokens 300
  $ foretoken tune drafter model.gguf --draft small.gguf

Every measurement starts with an empty memory, or with that of --memory, which stays
as it is; its prompts follow one another.
Use what it finds with foretoken run model.gguf --drafter suffix.
${measuring}`
