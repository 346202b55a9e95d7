/** Whether a path of the command line is a directory. */
import { statSync } from 'node:fs'

/** A path that cannot be read is none: what reads it says why. */
export function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false
}
