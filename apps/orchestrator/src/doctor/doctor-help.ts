/** Shown under the options of `foretoken doctor`. */
export const doctorHelp: string = `
Examples:
  $ foretoken doctor                               the machine and the engine
  $ foretoken doctor model.gguf                    and what drafting costs this model
  $ foretoken doctor model.gguf --draft small.gguf and whether that draft model helps
  $ foretoken doctor model.gguf --json | jq .verdict

It takes about ten seconds on a small model, and no more than half a minute plus
the time that loading takes on a large one.

A step that checks K drafted tokens costs more than one that checks none; the
acceptance from which drafts pay follows from both. The model then writes to
built-in prompts, and each drafter is tried on what it wrote: "expected 0.86×"
means that with this drafter the same texts take longer. Yours may repeat more;
foretoken tune drafter measures with your own prompts.

Decoding reads all weights for every token. Its share of what the cores can copy
says whether the memory or something else is the limit.

Ctrl-C prints what was found so far, with exit code 130. A model that does not
fit, and a draft model that does not suit, are findings: the exit code is 0.`
