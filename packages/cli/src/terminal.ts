/** Where a command reads and writes, and how it colours what it writes. */
import { styleText } from 'node:util'

export type Environment = Readonly<Record<string, string | undefined>>

export interface Terminal {
  readonly env: Environment
  readonly stdin: NodeJS.ReadStream
  /** For its width and colours; what is written goes through `print`. */
  readonly stdout: NodeJS.WriteStream
  readonly stderr: NodeJS.WriteStream
  /** Writes to standard output. */
  print(text: string): void
}

export type Paint = (style: 'bold' | 'dim' | 'green' | 'red', text: string) => string

/** Colours only where the stream is a terminal and `NO_COLOR` is not set. */
export function createPaint(stream: NodeJS.WriteStream): Paint {
  return (style, text) => styleText(style, text, { stream })
}

/** One line on standard error, with the prefix that every message of this program has. */
export function printMessage({ stderr }: Pick<Terminal, 'stderr'>, message: string): void {
  stderr.write(`token-broker: ${message}\n`)
}

/** Indented JSON on standard output, for programs. */
export function printJson({ print }: Pick<Terminal, 'print'>, value: unknown): void {
  print(`${JSON.stringify(value, undefined, 2)}\n`)
}
