/** Why a tenant was not read or written: one line for the operator, with what to do. */
import { CliError, type EXIT } from '../cli-error.ts'

/** The tenant has changed, or another one claims the same (3); the table cannot be reached (4). */
export class TenantError extends CliError {
  constructor(message: string, exitCode: typeof EXIT.conflict | typeof EXIT.unavailable) {
    super(message, exitCode)
  }
}
