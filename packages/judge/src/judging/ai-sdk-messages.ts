import type { ModelMessage } from 'ai'
import type { Message } from '../message.js'
import type { ImageData } from '../ports.js'

/**
 * Messages in the AI SDK's form; images go with the last user message. A tool's turn, which carries no call's id here, is
 * sent as a user's that says so.
 */
export function modelMessages(messages: readonly Message[], images: readonly ImageData[] = []): ModelMessage[] {
  const last = messages.findLastIndex(({ role }) => role === 'user')
  return messages.map(({ role, content }, index): ModelMessage => {
    if (role === 'tool') return { role: 'user', content: `Result of the tool:\n${content}` }
    if (role !== 'user' || index !== last || images.length === 0) return { role, content }
    const files = images.map(({ bytes, mediaType }) => ({ type: 'image' as const, image: bytes, mediaType }))
    return { role, content: [...files, { type: 'text', text: content }] }
  })
}
