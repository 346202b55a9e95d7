/** Splits a command line into its arguments as a shell would, without a shell: quotes and backslashes, nothing else. */
import { UsageError } from '../command.ts'

const ARGUMENT = /(?:[^\s'"\\]|\\.|'[^']*'|"(?:[^"\\]|\\.)*")+/gsy
const PIECE = /\\(.)|'([^']*)'|"((?:[^"\\]|\\.)*)"|[^\s'"\\]+/gs

/** @throws {UsageError} empty, or a quote that does not end */
export function splitCommand(option: string, line: string): readonly string[] {
  const argv: string[] = []
  let at = skipSpace(line, 0)
  while (at < line.length) {
    ARGUMENT.lastIndex = at
    const argument = ARGUMENT.exec(line)?.[0]
    if (argument === undefined) throw new UsageError(`${option}: a quote or backslash is not ended`)
    argv.push(unquote(argument))
    const next = at + argument.length
    at = skipSpace(line, next)
    if (at === next && at < line.length)
      throw new UsageError(`${option}: a quote or backslash is not ended`)
  }
  if (argv.length === 0)
    throw new UsageError(`${option}: write a command, such as 'login-tool --print-token'`)
  return argv
}

function unquote(argument: string): string {
  return argument.replace(PIECE, (piece, escaped?: string, single?: string, double?: string) => {
    // In double quotes a backslash stands for itself, unless it escapes a quote or another one.
    return escaped ?? single ?? double?.replace(/\\(["\\])/g, '$1') ?? piece
  })
}

function skipSpace(line: string, at: number): number {
  return at + (/^\s*/.exec(line.slice(at))?.[0].length ?? 0)
}
