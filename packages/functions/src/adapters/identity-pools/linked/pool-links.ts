/** The table of linked identities for one request, with refusals in the broker's terms. */
import type { PoolProblem, RefusalCode } from '@token-broker/core'
import type { LinkingRefusal, LinkingTable } from '@token-broker/core/linking'
import { readSdkError, refusalCodeOf } from '../../sdk-error.ts'
import type { IdentityTable } from './identity-table.ts'

export interface LinkRefusals {
  readonly refusal: (code: RefusalCode, message: string, retryAfterSeconds?: number) => Error
  readonly poolRefusal: (problem: PoolProblem, message: string) => Error
}

/** DynamoDB's names for too many requests; the status of all is 400. */
const THROTTLING = [
  ...['ProvisionedThroughputExceededException', 'ThrottlingException', 'RequestLimitExceeded'],
]

/** Items of one pool, until the deadline. */
export function linksOfPool(
  table: IdentityTable,
  pool: string,
  signal: AbortSignal,
  { refusal }: LinkRefusals,
): LinkingTable {
  const refuse = (error: unknown): never => {
    const { code, status, text } = readSdkError(error)
    const refused =
      code === 'CorruptItem'
        ? 'config_invalid'
        : THROTTLING.includes(code)
          ? 'throttled'
          : refusalCodeOf(status, 'config_invalid')
    throw refusal(refused, `Table of identities: ${text}`)
  }
  return {
    get: (name) => table.get(pool, name, signal).catch(refuse),
    putIf: (name, item, previousVersion) =>
      table.putIf(pool, name, item, previousVersion, signal).catch(refuse),
  }
}

/** Messages of conflicts are for the caller, too: the app has to ask the user what to do. */
export function linkRefusal(
  refused: LinkingRefusal,
  { refusal, poolRefusal }: LinkRefusals,
): Error {
  switch (refused) {
    case 'contended':
      return refusal('throttled', 'Other requests keep changing the same identity.', 1)
    case 'disabled':
      return refusal('access_denied', 'The identity is disabled (token-broker pool disable).')
    case 'two-identities':
      return poolRefusal('conflict', 'The logins already belong to different identities.')
    case 'provider-taken':
      return poolRefusal('conflict', 'The identity already has another login of this provider.')
    case 'too-many-merged':
      return poolRefusal('conflict', 'The identity already consists of 20 merged identities.')
    case 'not-linked':
      return refusal('access_denied', 'The logins do not belong to the identity of the request.')
  }
}
