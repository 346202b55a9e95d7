/** Separates logins from an identity. An unlinked login gets a new identity when it returns. */
import type { LoginRef } from './linking-items.ts'
import type { Refused } from './linking-result.ts'
import { loginsOf } from './merged-identities.ts'
import { resolveLogin } from './resolve-login.ts'
import { MAX_ROUNDS, type Steps, writeLogin } from './table-steps.ts'

/**
 * Unlinks one login from an identity.
 * @returns undefined: done. `not-linked`: the login has no identity or another one
 */
export function* unlinkLogin(login: LoginRef, identityId: string): Steps<Refused | undefined> {
  let generation: number | undefined
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const found = yield* resolveLogin(login)
    if ('free' in found) return generation === undefined ? { refused: 'not-linked' } : undefined
    if (found.refused) return found
    const { item } = found.link
    if (generation === undefined && found.id !== identityId) return { refused: 'not-linked' }
    generation ??= item.generation
    // It was unlinked, and has returned with a new identity.
    if (item.generation !== generation) return undefined
    yield* writeLogin(login, { ...item, state: 'unlinking' }, found.link)
  }
  return { refused: 'contended' }
}

/** Unlinks every login that an identity has at some providers, as UnlinkIdentity asks for. */
export function* unlinkProviders(
  identityId: string,
  providers: readonly string[],
): Steps<Refused | undefined> {
  for (const login of yield* loginsOf(identityId)) {
    if (!providers.includes(login.provider)) continue
    const result = yield* unlinkLogin(login, identityId)
    if (result && result.refused !== 'not-linked') return result
  }
  return undefined
}
