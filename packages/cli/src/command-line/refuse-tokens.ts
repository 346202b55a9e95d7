/** Refuses a token as a word of a command line, before anything else reads or prints the word. */
import { looksLikeToken, UsageError } from '../cli-error.ts'

/**
 * Other users of the machine can read command lines, and shells and CI systems keep them.
 * @param words up to the command of `exec`, which may have tokens of its own
 * @throws {UsageError} naming the option, and nothing of the token
 */
export function refuseTokens(words: readonly string[]): void {
  for (const [index, word] of words.entries()) {
    if (word === '--') return
    const [, name, value] = /^(--[\w-]+)=(.*)$/s.exec(word) ?? []
    const text = value ?? word.replace(/^-+/, '')
    if (!looksLikeToken(text)) continue
    const before = words[index - 1] ?? ''
    const option = name ?? (/^--[\w-]+$/.test(before) ? before : undefined)
    const what = option === undefined ? 'an argument' : `${option}: the value`
    throw new UsageError(
      `${what} looks like a token (${text.length} characters): other users of this machine can ` +
        'read command lines; write the token to a file, or send it by standard input',
    )
  }
}
