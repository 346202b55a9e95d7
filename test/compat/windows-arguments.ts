/** Splits a Windows command line as C programs do (`CommandLineToArgvW`). */

/**
 * Double quotes group, backslashes count only before a double quote, and single quotes are ordinary
 * characters.
 * @see Microsoft Learn, "Parsing C command-line arguments"
 */
export function splitByCRuntime(line: string): string[] {
  const argv: string[] = []
  let argument: string | undefined
  let isQuoted = false
  for (const [, backslashes = '', next = ''] of line.matchAll(/(\\*)("|[^\\]|$)/gs)) {
    if (next === '"') {
      argument = (argument ?? '') + '\\'.repeat(Math.floor(backslashes.length / 2))
      if (backslashes.length % 2 === 1) argument += '"'
      else isQuoted = !isQuoted
      continue
    }
    if (backslashes !== '') argument = (argument ?? '') + backslashes
    if (next !== ' ' || isQuoted) {
      if (next !== '') argument = (argument ?? '') + next
    } else if (argument !== undefined) {
      argv.push(argument)
      argument = undefined
    }
  }
  return argument === undefined ? argv : [...argv, argument]
}
