/** An intersection that no policy expresses exactly, for all values of slots and variables. */
export class InexactIntersectionError extends Error {
  /** What to write instead. */
  readonly hint: string

  constructor(message: string, hint: string) {
    super(message)
    this.hint = hint
  }
}
