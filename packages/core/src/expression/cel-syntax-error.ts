/** Where an expression stops being CEL. */

/** Offsets in the expression. */
export type Span = readonly [start: number, end: number]

/** The message is for the author of the expression, and repeats at most one word of it. */
export class CelSyntaxError extends Error {
  readonly span: Span

  constructor(message: string, span: Span) {
    super(message)
    this.name = 'CelSyntaxError'
    this.span = span
  }
}
