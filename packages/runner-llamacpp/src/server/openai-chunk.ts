/** Whether a chunk of an OpenAI-compatible stream carries a part of the answer. */
export function hasContent(chunk: unknown): boolean {
  const choice = firstChoice(chunk)
  if (choice === undefined) return false
  const { text, delta } = choice
  if (isText(text)) return true
  const { content, reasoning_content, reasoning, refusal, tool_calls } = recordOf(delta)
  return [content, reasoning_content, reasoning, refusal].some(isText) || Array.isArray(tool_calls)
}

/** Whether a chunk says why the answer ends. */
export function isLast(chunk: unknown): boolean {
  const { finish_reason } = firstChoice(chunk) ?? {}
  return isText(finish_reason)
}

function firstChoice(chunk: unknown): Record<string, unknown> | undefined {
  const { choices } = recordOf(chunk)
  return Array.isArray(choices) && choices.length > 0 ? recordOf(choices[0]) : undefined
}

function recordOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== ''
}
