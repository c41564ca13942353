/** Shown under the options of `foretoken corpus build`. */
export const corpusBuildHelp = `
Examples:
  $ foretoken corpus build src/ --model model.gguf -o project.ftmem
  $ foretoken corpus build queries/ --model model.gguf -o sql.ftmem --include sql
  $ foretoken corpus build . --model model.gguf -o docs.ftmem --include md,txt
  $ foretoken run model.gguf --drafter suffix --memory project.ftmem -p "…"

What a text copies from these files is then guessed from its first words on. The
memory fits every model with the same tokenizer; others refuse it.

Binary, empty and too large files are left out, and files that find no room; links
are followed within the folder only; folders named .git, node_modules and the like are not looked
into. The summary counts all of them. The file is written whole or not at all: Ctrl-C
leaves the one that was there before.`
