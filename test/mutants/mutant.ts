/** A guard, with a change of the code that removes it. */
export interface Mutant {
  readonly guard: string
  /** Occurs exactly once in the folder whose guards are removed. */
  readonly find: string
  readonly replace: string
}
