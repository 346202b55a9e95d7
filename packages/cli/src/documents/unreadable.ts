/** Errors of files and directories that cannot be read. */
import { readlink } from 'node:fs/promises'
import { UsageError } from '../cli-error.ts'
import { unreadable } from '../file-error.ts'

/**
 * @param option the one that names the file
 * @throws {UsageError} which names the target of a symbolic link
 */
export function refuseUnreadable(
  path: string,
  option?: string,
): (error: unknown) => Promise<never> {
  return async (error) => {
    const prefix = option === undefined ? '' : `${option}: `
    const target = await readlink(path).catch(() => undefined)
    const link = target === undefined ? '' : `; it is a symbolic link to ${target}`
    throw new UsageError(`${prefix}${unreadable(path, error)}${link}`)
  }
}
