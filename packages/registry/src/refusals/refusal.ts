/** Something that Foretoken does not do, and why. */
export interface Refusal {
  readonly name: string
  readonly aliases: readonly string[]
  /** A drafter is refused by name; a situation is told where it arises. */
  readonly kind: 'drafter' | 'situation'
  readonly title: string
  /** What was measured or claimed. */
  readonly figure: string
  /** In a clause, for messages. */
  readonly reason: string
  readonly cause: string
  /** Lines of the notes that registries are made of, pages of the guide, and addresses of papers. */
  readonly sources: readonly string[]
  /** What would have to be true to try again; any of them. */
  readonly revival: readonly string[]
  /** What has changed since it was refused. */
  readonly since?: string
  /** What to do now, as an order. */
  readonly instead: string
}
