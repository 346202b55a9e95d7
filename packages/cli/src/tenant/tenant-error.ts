/** Why a tenant was not read or written, as one line for the operator that says what to do. */

/** Somebody else's change, or a difference, stands in the way. */
export const EXIT_CONFLICT = 3
/** The table cannot be reached now. */
export const EXIT_AWAY = 4

export class TenantError extends Error {
  readonly exitCode: number

  constructor(exitCode: typeof EXIT_CONFLICT | typeof EXIT_AWAY, message: string) {
    super(message)
    this.exitCode = exitCode
  }
}
