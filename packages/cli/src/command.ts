/** What the commands share: where they read and write, and how they say that they were called wrongly. */
import { styleText } from 'node:util'

export type Environment = Readonly<Record<string, string | undefined>>

export interface Terminal {
  readonly env: Environment
  readonly stdin: NodeJS.ReadStream
  readonly stdout: NodeJS.WriteStream
  readonly stderr: NodeJS.WriteStream
}

/** A problem with what the person gave; its message is all that they need to see. */
export class UsageError extends Error {}

export type Paint = (style: 'bold' | 'dim' | 'green' | 'red', text: string) => string

/** Colours only where the stream is a terminal and `NO_COLOR` is unset. */
export function createPaint(stream: NodeJS.WriteStream): Paint {
  return (style, text) => styleText(style, text, { stream })
}

/** Turns what `parseArgs` throws into a message for the person. */
export function parseUsage<Parsed>(parse: () => Parsed): Parsed {
  try {
    return parse()
  } catch (error) {
    throw new UsageError(
      `${error instanceof Error ? error.message : 'unknown option'} (see token-broker --help)`,
    )
  }
}

/** @returns whether the answer is wanted as JSON */
export function readFormat(format: string | undefined): boolean {
  if (format === undefined || format === 'text') return false
  if (format === 'json') return true
  throw new UsageError(`--format: write "text" or "json", not "${format}"`)
}
