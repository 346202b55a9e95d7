/** Identities of pools with linking: who a caller is, and which logins leave an identity. */
import type { PoolCaller, VerifiedLogin } from '@token-broker/core'
import { type PoolKeys, readGuestId } from '@token-broker/core/identity-pool'
import {
  areNew,
  type Guest,
  identifyLogins,
  isGuestFree,
  type LinkingLogin,
  type LinkingRules,
  type LinkingTable,
  type Refused,
  resolveLogin,
  runSteps,
  unlinkProviders,
} from '@token-broker/core/linking'
import { linkingLogin } from '../linking-login.ts'

interface CallerKeys {
  readonly keys: PoolKeys
  readonly nowSeconds: number
}

/** The identity that the logins had in a former pool; undefined: there is no such pool. */
type AskForFormerId = () => Promise<string | undefined>

/** An identity that exists, or which the logins have got now. */
export interface LinkedCaller {
  readonly id: string
  /** Seconds since the epoch. */
  readonly createdAt: number
  readonly claimedGuest?: string
  readonly refused?: undefined
}

/**
 * Asks the former pool only where one of the logins was never here.
 * @returns `new`: the caller is a guest who has no identity, or no longer
 */
export async function identifyLinkedCaller(
  { pool, logins, identityId }: PoolCaller,
  { keys, nowSeconds }: CallerKeys,
  table: LinkingTable,
  askForFormerId: AskForFormerId,
): Promise<LinkedCaller | Refused | 'new'> {
  const guest = guestOf(identityId, keys, nowSeconds)
  const presented = logins.map((login) => linkingLoginOf(pool, login, keys))
  const isAsked = pool.formerPool !== undefined && (await runSteps(areNew(presented), table))
  const formerId = isAsked ? await askForFormerId() : undefined
  const [first, ...others] = presented.map((login) => ({ ...login, ...(formerId && { formerId }) }))
  if (!first) {
    const isFree = guest !== undefined && (await runSteps(isGuestFree(guest.id), table))
    return isFree ? { id: guest.id, createdAt: guest.born } : 'new'
  }
  const request = {
    logins: [first, ...others] as const,
    nowSeconds: Math.floor(nowSeconds),
    ...(guest ? { guest } : {}),
  }
  const found = await runSteps(identifyLogins(request, rulesOf(pool)), table)
  if (found.refused) return found
  const { id, born, claimedGuest } = found
  return { id, createdAt: born, ...(claimedGuest === undefined ? {} : { claimedGuest }) }
}

/**
 * Unlinks all logins of some providers from the identity that the caller's logins have. It never
 * creates an identity.
 * @returns the identity as it was; `not-linked` where it is not that of the caller's logins
 */
export async function unlinkFromCaller(
  { pool, logins, identityId }: PoolCaller,
  providers: readonly string[],
  { keys }: CallerKeys,
  table: LinkingTable,
): Promise<LinkedCaller | Refused> {
  let caller: LinkedCaller | undefined
  for (const login of logins) {
    const found = await runSteps(resolveLogin(linkingLoginOf(pool, login, keys)), table)
    if ('free' in found) return { refused: 'not-linked' }
    if (found.refused) return found
    if (found.id !== identityId) return { refused: 'not-linked' }
    caller = { id: found.id, createdAt: found.identity.item.born }
  }
  if (!caller) return { refused: 'not-linked' }
  return (await runSteps(unlinkProviders(caller.id, providers), table)) ?? caller
}

function linkingLoginOf(
  { developerProvider }: PoolCaller['pool'],
  { provider, subject }: VerifiedLogin,
  keys: PoolKeys,
): LinkingLogin {
  return linkingLogin(keys, provider, subject, provider === developerProvider)
}

function guestOf(id: string | undefined, keys: PoolKeys, nowSeconds: number): Guest | undefined {
  const born = id === undefined ? undefined : readGuestId(keys, id, nowSeconds)
  return id === undefined || born === undefined ? undefined : { id, born }
}

function rulesOf({ merging, upgrade, adoptWithinSeconds }: PoolCaller['pool']): LinkingRules {
  const isAdopting = upgrade === 'adopt' && adoptWithinSeconds !== undefined
  return { merging, ...(isAdopting ? { adoptWithinSeconds } : {}) }
}
