import type { ReactElement } from 'react'
import type { Failure } from '../api/failure.js'

/** Says what went wrong and what can be done. */
export function FailureNote({ failure }: { readonly failure: Failure }): ReactElement {
  const { cause, cure, code } = failure
  return (
    <div className="failure" role="alert">
      <strong>{sentence(cause)}</strong>
      {cure !== '' && <span> {cure}</span>}
      {code !== '' && <code className="failure-code">{code}</code>}
    </div>
  )
}

/** Servers tell a cause as a part of a sentence. */
function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?…]$/.test(text) ? '' : '.'}`
}
