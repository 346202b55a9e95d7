/** A login of a pool with linking, as the table of identities knows it. */
import { deriveLoginKey, deriveUserId, type PoolKeys } from '@token-broker/core/identity-pool'
import type { LinkingLogin } from '@token-broker/core/linking'

/** @param isDeveloper only then, the table contains the subject: a backend looks its users up */
export function linkingLogin(
  keys: PoolKeys,
  provider: string,
  subject: string,
  isDeveloper: boolean,
): LinkingLogin {
  return {
    key: deriveLoginKey(keys, { provider, subject }),
    provider,
    ...(isDeveloper ? { subject } : {}),
    ownId: (generation) => deriveUserId(keys, { provider, subject }, generation),
  }
}
