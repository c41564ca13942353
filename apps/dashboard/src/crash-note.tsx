import { Component, type ReactNode } from 'react'
import { FailureNote } from './parts/failure-note.js'

/** Properties of {@link CrashNote}. */
interface CrashNoteProperties {
  readonly children: ReactNode
}

/** Says what to do where the page itself fails; without it, an empty page would be left. */
export class CrashNote extends Component<CrashNoteProperties, { readonly error?: unknown }> {
  override state: { readonly error?: unknown } = {}

  static getDerivedStateFromError(error: unknown): { readonly error: unknown } {
    return { error }
  }

  override render(): ReactNode {
    const { error } = this.state
    if (error === undefined) return this.props.children
    const failure = {
      code: 'page',
      cause: `The page failed: ${String(error)}`,
      cure: 'Load it again; the server is not concerned.',
    }
    return <FailureNote failure={failure} />
  }
}
