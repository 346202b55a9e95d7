/** What is said about an error of YAML, and what is known of it. */
import type { YAMLError } from 'yaml'

export interface SyntaxExplanation {
  /** Offsets in the file. */
  readonly range: readonly [start: number, end: number]
  readonly message: string
  readonly hint: string
}

export interface SyntaxContext {
  readonly text: string
  readonly code: YAMLError['code']
  readonly message: string
  readonly at: number
  readonly lineStart: number
  /** The line of the error, without its end. */
  readonly line: string
}

/** Returns undefined where the error has another cause. */
export type Explain = (context: SyntaxContext) => SyntaxExplanation | undefined
