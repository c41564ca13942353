import { type ReactElement, useState } from 'react'
import { type Answer, textOf } from './answer.js'

/** Copies an answer's text. Browsers allow it on this machine and over HTTPS only; elsewhere there is no button. */
export function CopyButton({ answer }: { readonly answer: Answer }): ReactElement | undefined {
  const [isCopied, setIsCopied] = useState(false)
  if (!globalThis.isSecureContext) return undefined
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(textOf(answer))
    setIsCopied(true)
  }
  return (
    <button type="button" className="link" onClick={() => copy().catch(() => setIsCopied(false))}>
      {isCopied ? 'Copied' : 'Copy'}
    </button>
  )
}
