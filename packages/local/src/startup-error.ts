/** Errors that stop the local runtime from starting and that its user can correct. */

/** Base class: `npm start` prints only the message and exits with 1. Other errors are faults. */
export class StartupError extends Error {}

/** A flag, an environment variable, a tenant document or the roles file is not valid. */
export class InvalidInput extends StartupError {}

/** Another process listens on the port. */
export class PortInUse extends StartupError {}

/** Of a failed file operation: `ENOENT: no such file or directory`, without the path. */
export function reasonOf(error: unknown): string {
  const [reason = ''] = error instanceof Error ? error.message.split(', ') : []
  return reason
}
