import type { ReactElement } from 'react'
import type { Failure } from '../api/failure.js'

/** Says what went wrong and what can be done. */
export function FailureNote({ failure }: { readonly failure: Failure }): ReactElement {
  const { cause, cure, code } = failure
  return (
    <div className="failure" role="alert">
      <strong>{cause}</strong>
      {cure !== '' && <span> {cure}</span>}
      {code !== '' && <code className="failure-code">{code}</code>}
    </div>
  )
}
