/** Why a file cannot be read, and its name, unless it is a token in the place of a file. */
import path from 'node:path'
import { getSystemErrorMessage } from 'node:util'
import { looksLikeToken } from './cli-error.ts'

/** Letters and digits, with neither a folder nor an ending: hardly the name of a file. */
const RANDOM_TEXT = /^(?=.*\d.*\d.*\d)(?=.*[A-Za-z])[\w+=~|-]{32,}$/

/**
 * `cannot read FILE: no such file or directory (ENOENT); check the path`, or that the name looks
 * like a token, and then without the name.
 */
export function unreadable(file: string, error: unknown): string {
  const name = path.basename(file)
  const { errno, code = 'unknown error' } = error as NodeJS.ErrnoException
  const isMissing = code === 'ENOENT' || code === 'ENAMETOOLONG'
  if (isMissing && (looksLikeToken(name) || RANDOM_TEXT.test(name)))
    return (
      `there is no such file, and its name looks like a token (${name.length} characters): write ` +
      'the token to a file, or send it by standard input'
    )
  const reason = errno === undefined ? code : `${getSystemErrorMessage(errno)} (${code})`
  return `cannot read ${file}: ${reason}; check the path`
}
