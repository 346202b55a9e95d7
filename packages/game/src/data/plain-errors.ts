/** What went wrong, in words for players, and what they can do. */

export interface PlainError {
  /**
   * `offline`: the call will work later. `sign-in`: the player has to sign in again. `conflict`: a
   * login has another identity than the player.
   */
  readonly kind: 'offline' | 'sign-in' | 'conflict' | 'other'
  readonly text: string
}

const EXPIRED: PlainError = {
  kind: 'sign-in',
  text: 'Your sign-in is not valid any more. Sign in again; what you played is kept until then.',
}
const NOT_ALLOWED: PlainError = {
  kind: 'sign-in',
  text: 'That account may not play here. Sign in with another one, or play as a guest.',
}
const CONFLICT: PlainError = {
  kind: 'conflict',
  text: 'That account already belongs to another player. Sign out, and sign in with it.',
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
  const { name, message } = error instanceof Error ? error : { name: '', message: 'unknown error' }
  // The broker adds its code to each message.
  if (name === 'NotAuthorizedException')
    return message.includes('(access_denied,') ? NOT_ALLOWED : EXPIRED
  if (name === 'ResourceConflictException') return CONFLICT
  const other = OTHER_ERRORS[name]
  if (other !== undefined) return { kind: 'other', text: other }
  // `fetch` rejects with a TypeError if there is no response.
  if (LATER.includes(name) || error instanceof TypeError)
    return {
      kind: 'offline',
      text: 'The server cannot be reached. Play on: scores are kept here and are saved later.',
    }
  return { kind: 'other', text: `Something went wrong: ${message}. Try again.` }
}
