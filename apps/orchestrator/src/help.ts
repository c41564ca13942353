/** Shown under the list of commands. */
export const commandHelp = `
Start here:
  $ foretoken run model.gguf                         chat with a model
  $ foretoken run model.gguf -f code.txt --compare   see what drafting brings
  $ foretoken tune k model.gguf                      find the best draft length
  $ foretoken doctor model.gguf                      what drafting costs and brings here
  $ foretoken compat model.gguf ~/models             which models can draft for it
  $ foretoken run --help                             all options, all figures`

/** Shown under the options of `foretoken run`. */
export const runHelp = `
Examples:
  $ foretoken run model.gguf
  $ foretoken run model.gguf -p "Name three rivers."
  $ git diff | foretoken run model.gguf --system "Write a commit message."
  $ foretoken run model.gguf -f prompt.txt --compare --repetitions 5
  $ foretoken run model.gguf -f prompt.txt --json | jq .tokensPerStep
  $ foretoken run model.gguf -p "Name three rivers." --temp 0.7 --seed 1
  $ foretoken run model.gguf -f order.txt --json-schema order.schema.json
  $ foretoken run model.gguf --draft small.gguf -f prompt.txt --compare

The text goes to stdout, all else to stderr. On a terminal a token has the colour
of the drafter that guessed it; the model's own tokens have none. The closing line
  142 tokens · 4.58 tokens/step · lookup 111 of 128 accepted (87 %) · 212 tokens/s
  · end of text
says how many tokens were written, how many each evaluation of the model brought
(1.00 without drafting), how many tokens the drafter guessed and how many of these
were right, the speed without the prompt, and why the text ended. A wrong guess
costs time and changes nothing in the text; --compare checks that. With a seed this
holds for sampled texts, too: drafting changes how fast they come, not what they say.

--drafter auto asks suffix, which copies from this text and earlier ones, and in each
step takes its draft or the --draft model's, whichever promises more; --policy goodput
drafts no more than pays, and nothing where nothing does. What suits your model and
texts best: foretoken tune --help.

Exit codes:
  0         done
  2         wrong usage
  3         a model or another file cannot be used
  4         too large for the context or a limit
  5         a stored file is damaged
  6         the engine failed
  70        a fault in foretoken; --compare found different texts
  130, 143  interrupted by Ctrl-C, SIGTERM; a second signal exits at once

With --json an error is {"error": {"code", "message", "cure"}} on stdout.
FORETOKEN_DEBUG=1 shows stack traces.`
