/** A request that is signed with Signature Version 4, and why a signature proves nothing. */
import type { RefusalCode } from './broker-error.ts'

/** As it was received. */
export interface SignedRequest {
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
}

/** What is wrong with a signature, with any key, and the broker's code for it. */
export const SIGNATURE_PROBLEMS = {
  unsigned: 'invalid_request',
  incomplete: 'invalid_request',
  'other-service': 'invalid_token',
  'other-date': 'invalid_token',
  'too-old': 'invalid_token',
  'too-new': 'invalid_token',
  mismatch: 'invalid_token',
} as const satisfies Record<string, RefusalCode>

export type SignatureProblem = keyof typeof SIGNATURE_PROBLEMS
