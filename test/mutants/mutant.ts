/** A guard, with a change of the code that removes it. */
import { globSync, readFileSync } from 'node:fs'
import path from 'node:path'

export interface Mutant {
  readonly guard: string
  /** Occurs exactly once in the folder whose guards are removed. */
  readonly find: string
  readonly replace: string
}

/** Guards of one folder, and the tests of which one must fail for each. */
export interface MutantPart {
  readonly source: string
  readonly mutants: readonly Mutant[]
  readonly tests: readonly string[]
}

/** @returns the file of a folder once for each time that it contains the text */
export function placesOf(find: string, root: string, source: string): string[] {
  return globSync(`${source}/**/*.ts`, { cwd: root })
    .map((file) => path.join(root, file))
    .flatMap((file) => {
      const count = readFileSync(file, 'utf8').split(find).length - 1
      return Array<string>(count).fill(file)
    })
}
