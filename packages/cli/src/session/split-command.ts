/** Splits a command line into arguments as a shell does: quotes and backslashes, nothing else. */
import { UsageError } from '../cli-error.ts'

const ARGUMENT = /(?:[^\s'"\\]|\\.|'[^']*'|"(?:[^"\\]|\\.)*")+/gsy
const PIECE = /\\(.)|'([^']*)'|"((?:[^"\\]|\\.)*)"|[^\s'"\\]+/gs

/** @throws {UsageError} empty, or a quote that is not closed */
export function splitCommand(option: string, line: string): readonly string[] {
  const argv: string[] = []
  let at = skipSpace(line, 0)
  while (at < line.length) {
    ARGUMENT.lastIndex = at
    const argument = ARGUMENT.exec(line)?.[0]
    if (argument === undefined) throw unclosed(option)
    argv.push(unquote(argument))
    const next = at + argument.length
    at = skipSpace(line, next)
    if (at === next && at < line.length) throw unclosed(option)
  }
  if (argv.length === 0)
    throw new UsageError(`${option}: expected a command, such as 'login-tool --print-token'`)
  return argv
}

function unclosed(option: string): UsageError {
  return new UsageError(`${option}: a quote is not closed, or a backslash is the last character`)
}

function unquote(argument: string): string {
  return argument.replace(PIECE, (piece, escaped?: string, single?: string, double?: string) => {
    // In double quotes, a backslash is literal unless a quote or another backslash follows it.
    return escaped ?? single ?? double?.replace(/\\(["\\])/g, '$1') ?? piece
  })
}

function skipSpace(line: string, at: number): number {
  return at + (/^\s*/.exec(line.slice(at))?.[0].length ?? 0)
}
