/** Refusals for which clients of identity pools know a more exact name than that of the code. */
import { BrokerError, type RefusalCode } from './broker-error.ts'

const PROBLEMS = {
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

  /** @param message for the caller, too */
  constructor(problem: PoolProblem, message: string) {
    super(PROBLEMS[problem], message, { callerMessage: message })
    this.problem = problem
  }
}
