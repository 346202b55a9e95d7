/** Whether a file was made after every change of what it is made from. */
import { globSync, statSync } from 'node:fs'
import path from 'node:path'

/**
 * @param inputs patterns of files and folders; the time of a folder changes where a file in it is
 *   removed or renamed
 * @returns false where the file does not exist
 */
export function isUpToDate(root: string, file: string, inputs: readonly string[]): boolean {
  const changedAt = (name: string) =>
    statSync(path.join(root, name), { throwIfNoEntry: false })?.mtimeMs
  const madeAt = changedAt(file)
  if (madeAt === undefined) return false
  return globSync(inputs, { cwd: root }).every((input) => (changedAt(input) ?? madeAt) < madeAt)
}
