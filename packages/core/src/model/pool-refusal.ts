/** Refusals for which clients of identity pools know a more exact name than that of the code. */
import { BrokerError, type RefusalCode } from './broker-error.ts'
import { SIGNATURE_PROBLEMS } from './signed-request.ts'

const PROBLEMS = {
  ...SIGNATURE_PROBLEMS,
  /** The key pair of a signature. To the caller, these three are the same. */
  'unknown-key': 'invalid_token',
  'revoked-key': 'invalid_token',
  'unreadable-key': 'config_invalid',
  /** The user of a backend has another identity. */
  'other-identity': 'access_denied',
  /** The pool or the identity of the request. */
  'not-found': 'access_denied',
  /** The logins of the request cannot belong to one identity. */
  conflict: 'access_denied',
  'unreadable-body': 'invalid_request',
  'invalid-member': 'invalid_request',
  'unknown-operation': 'invalid_request',
} as const satisfies Record<string, RefusalCode>

export type PoolProblem = keyof typeof PROBLEMS

export class PoolRefusal extends BrokerError {
  readonly problem: PoolProblem

  /**
   * @param callerMessage what the caller may read
   * @param message what the operator may read; the same by default
   */
  constructor(problem: PoolProblem, callerMessage: string, message: string = callerMessage) {
    super(PROBLEMS[problem], message, { callerMessage })
    this.problem = problem
  }
}
