/** What went wrong, in words for players, and what they can do. */

export interface PlainError {
  /** `offline`: the call will work later. `sign-in`: the player has to act. */
  readonly kind: 'offline' | 'sign-in' | 'other'
  readonly text: string
}

const SIGN_IN_ERRORS: Readonly<Record<string, string>> = {
  NotAuthorizedException:
    'Your sign-in is not valid any more. Sign in again; what you played is kept until then.',
  ResourceConflictException:
    'That account already belongs to another player of this game. Sign out, and sign in with it.',
}
const OTHER_ERRORS: Readonly<Record<string, string>> = {
  TooManyRequestsException:
    'Too many new guests came from your network. Wait some minutes; your score is kept.',
  AccessDenied: 'The game may not do this with its permissions. The developer panel says why.',
  AccessDeniedException:
    'The game may not do this with its permissions. The developer panel says why.',
}
/** Of responses that say "later", and of requests without a response. */
const LATER = [
  ...['NetworkError', 'TimeoutError', 'ExternalServiceException', 'InternalErrorException'],
  ...['InternalServerError', 'ServiceUnavailable', 'SlowDown', 'ThrottlingException'],
  'ProvisionedThroughputExceededException',
]

export function toPlainError(error: unknown): PlainError {
  const name = error instanceof Error ? error.name : ''
  const signIn = SIGN_IN_ERRORS[name]
  if (signIn !== undefined) return { kind: 'sign-in', text: signIn }
  const other = OTHER_ERRORS[name]
  if (other !== undefined) return { kind: 'other', text: other }
  // `fetch` rejects with a TypeError if there is no response.
  if (LATER.includes(name) || error instanceof TypeError)
    return {
      kind: 'offline',
      text: 'The server cannot be reached. Play on: scores are kept here and are saved later.',
    }
  const detail = error instanceof Error ? error.message : 'unknown error'
  return { kind: 'other', text: `Something went wrong: ${detail}. Try again.` }
}
