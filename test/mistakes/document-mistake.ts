/** Mistakes in tenant documents: what is changed in the document that works. */
import type { Marks, MistakeBase } from './mistake.ts'

export interface DocumentMistake extends MistakeBase {
  /** Texts of the document, and what they are replaced by. */
  readonly changes: readonly (readonly [from: string, to: string])[]
  /** In place of the whole document. */
  readonly text?: string
  /** Default: `orchard.yaml`. */
  readonly file?: string
  /** A second document of the same folder. */
  readonly second?: string
  /** One cause is one finding; where false, several are right. Default: true. */
  readonly isOneFinding?: boolean
}

/** A mistake in one place of the document. */
export function documentMistake(
  id: string,
  what: string,
  [from, to]: readonly [from: string, to: string],
  validate: Marks,
  more: Partial<DocumentMistake> = {},
): DocumentMistake {
  return { id: `document ${id}`, what, changes: [[from, to]], marks: { validate }, ...more }
}
