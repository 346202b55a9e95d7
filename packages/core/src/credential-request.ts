/** What every surface parses its wire format into. */

export interface CredentialRequest {
  /** The token the caller presents, whitespace around it removed. */
  readonly subjectToken: string
  readonly tenant: string | undefined
  readonly grant: string | undefined
  /** 900 to 43,200. */
  readonly durationSeconds: number | undefined
  /** Sids of the statements to keep. */
  readonly statements: readonly string[] | undefined
  /** Only grants of this role are wanted. */
  readonly roleArn?: string
  /** A session policy, as JSON text, that must lie inside the grant. */
  readonly sessionPolicy?: string
  /** Managed policies to keep, beside `sessionPolicy`. */
  readonly policyArns?: readonly string[]
  /** What the caller would call the session: recorded, and never used. */
  readonly wantedSessionName?: string
}

/** What the transport knows of the caller, beside what was asked. */
export interface Caller {
  readonly requestId: string
  readonly surface: string
  readonly clientIp: string
  readonly userAgent: string | undefined
  /** Aborts when the answer could no longer be sent. */
  readonly signal: AbortSignal
}
