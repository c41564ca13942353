/** Whether each of the last `size` drafted tokens was accepted. */
export class AcceptanceWindow {
  /** A ring: 1 for accepted, 0 for rejected. */
  readonly #outcomes: Uint8Array
  /** Tokens added so far, forgotten ones included; the next outcome goes to `#added % size`. */
  #added = 0
  /** Sum of the ring. */
  #accepted = 0

  constructor(size: number) {
    this.#outcomes = new Uint8Array(size)
  }

  /** Adds one draft: `accepted` tokens, then the rest of `drafted` as rejected ones. */
  add(drafted: number, accepted: number): void {
    for (let index = 0; index < drafted; index++) {
      const place = this.#added++ % this.#outcomes.length
      const outcome = index < accepted ? 1 : 0
      this.#accepted += outcome - (this.#outcomes[place] as number)
      this.#outcomes[place] = outcome
    }
  }

  /** Accepted share of what the window holds; 0 while it is empty. */
  get rate(): number {
    return this.#added === 0 ? 0 : this.#accepted / Math.min(this.#added, this.#outcomes.length)
  }
}
