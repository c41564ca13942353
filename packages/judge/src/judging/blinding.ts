/** A text without the names of models, in any case: judges must not know whom they judge. */
export function blinded(text: string, names: readonly string[]): string {
  const known = names.flatMap((name) => [name, modelName(name)]).filter((name) => name.length >= 3)
  const longestFirst = [...new Set(known)].sort((a, b) => b.length - a.length)
  if (longestFirst.length === 0) return text
  const pattern = longestFirst.map((name) => name.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|')
  return text.replaceAll(new RegExp(`(?<![\\p{L}\\p{N}])(?:${pattern})(?![\\p{L}\\p{N}])`, 'giu'), '[model]')
}

/** Whether two names mean one model: folders, `.gguf`, quantisation and case do not count. */
export function isSameModel(first: string, second: string): boolean {
  return modelName(first) === modelName(second)
}

function modelName(name: string): string {
  const file = name.split(/[/\\]/).at(-1) ?? name
  return file
    .toLowerCase()
    .replace(/\.gguf$/, '')
    .replace(/[-.:_](ud-)?(i?q\d[a-z0-9_]*|f16|f32|bf16|fp8|fp16|mxfp4)$/, '')
}
