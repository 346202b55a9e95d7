/** Errors that stop the local runtime from starting and that its user can correct. */

/** Base class: `npm start` prints only the message and exits with 1. Other errors are faults. */
export class StartupError extends Error {}

/** A flag, an environment variable, a tenant document or the roles file is not valid. */
export class InvalidInput extends StartupError {}

/** Another process listens on the port. */
export class PortInUse extends StartupError {}
