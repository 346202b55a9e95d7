/** A race: requests that run at the same time, and what they may lead to. */
import {
  deleteIdentity,
  disableIdentity,
  type Guest,
  identifyLogins,
  isGuestFree,
  type LinkingLogin,
  type LinkingRules,
  mergeIdentities,
  type Steps,
  unlinkLogin,
  unlinkProviders,
} from '@token-broker/core/linking'

/** What a request that has ended reports. */
export interface Outcome {
  /** Logins that got an identity. */
  readonly issued?: readonly { readonly login: string; readonly id: string }[]
  /** A guest whose items the login may read. */
  readonly claimed?: { readonly guest: string; readonly login: string }
  /** Identity that the operator ended. */
  readonly ended?: { readonly id: string; readonly state: 'disabled' | 'deleted' }
  /** Login that no longer belongs to the identity. */
  readonly unlinked?: { readonly login: string; readonly id: string }
  readonly refused?: string
}

export interface Request {
  readonly start: () => Steps<Outcome>
  /** Logins that it may unlink, also where it does not end. */
  readonly unlinks?: readonly string[]
  /** Identities that it may delete, also where it does not end. */
  readonly deletes?: readonly string[]
}

export interface Race {
  readonly name: string
  /** Requests one after another, before the race. */
  readonly before?: readonly Request[]
  readonly requests: readonly Request[]
  readonly logins: readonly string[]
  /** Pairs of logins that may have the same identity afterwards. */
  readonly mayShare?: readonly (readonly [string, string])[]
  /** One identity may have several logins of one provider afterwards. */
  readonly merges?: boolean
  /** How often a request may be interrupted by another one: in CI, and in the long run. */
  readonly interruptions?: readonly [number, number]
}

export const NOW = 1_000_000
export const GUEST: Guest = { id: 'guest', born: NOW - 60 }
export const SECOND_GUEST: Guest = { id: 'second guest', born: NOW - 30 }
const ADOPT: LinkingRules = { merging: false, adoptWithinSeconds: 3_600 }
const SEPARATE: LinkingRules = { merging: false }
const MERGING: LinkingRules = { merging: true }

/** `google:ann` is the login of Ann at the provider `google`. */
export function loginNamed(name: string): LinkingLogin {
  const [provider = ''] = name.split(':')
  return { key: name, provider, ownId: (generation) => ownIdOf(name, generation) }
}

export function ownIdOf(login: string, generation = 0): string {
  return `own ${login} ${generation}`
}

export const signInWith = (...logins: string[]) => identify(logins, SEPARATE)
export const signInAndMerge = (...logins: string[]) => identify(logins, MERGING)
export const claim = (guest: Guest, ...logins: string[]) => identify(logins, SEPARATE, guest)
export const adopt = (guest: Guest, ...logins: string[]) => identify(logins, ADOPT, guest)

/** The logins had an identity in a former pool, which is asked before each sign-in. */
export function signInAfterMigration(formerId: string, ...names: string[]): Request {
  return identify(names, SEPARATE, undefined, formerId)
}

function identify(
  names: readonly string[],
  rules: LinkingRules,
  guest?: Guest,
  formerId?: string,
): Request {
  const [first = '', ...others] = names
  const named = (name: string) => ({ ...loginNamed(name), ...(formerId ? { formerId } : {}) })
  const logins = [named(first), ...others.map(named)] as const
  return {
    *start() {
      const request = { logins, nowSeconds: NOW, ...(guest ? { guest } : {}) }
      const found = yield* identifyLogins(request, rules)
      if (found.refused) return found
      const issued = names.map((login) => ({ login, id: found.id }))
      if (found.claimedGuest === undefined) return { issued }
      return { issued, claimed: { guest: found.claimedGuest, login: names.join(' ') } }
    },
  }
}

export function useGuest({ id }: Guest): Request {
  return {
    *start() {
      return (yield* isGuestFree(id)) ? { issued: [{ login: 'nobody', id }] } : {}
    },
  }
}

export function merge(a: string, b: string): Request {
  return {
    *start() {
      const found = yield* mergeIdentities(loginNamed(a), loginNamed(b))
      return found.refused ? found : { issued: [a, b].map((login) => ({ login, id: found.id })) }
    },
  }
}

/** UnlinkIdentity of the provider of `login`, with the login that stays. */
export function unlink(staying: string, login: string): Request {
  const { provider } = loginNamed(login)
  return {
    unlinks: [login],
    *start() {
      const found = yield* identifyLogins(
        { logins: [loginNamed(staying)], nowSeconds: NOW },
        SEPARATE,
      )
      if (found.refused) return found
      const refused = yield* unlinkProviders(found.id, [provider])
      return refused ?? { unlinked: { login, id: found.id } }
    },
  }
}

/** UnlinkDeveloperIdentity. */
export function unlinkExactly(login: string, id: string): Request {
  return {
    unlinks: [login],
    *start() {
      return (yield* unlinkLogin(loginNamed(login), id)) ?? { unlinked: { login, id } }
    },
  }
}

export function disable(id: string): Request {
  return {
    *start() {
      const result = yield* disableIdentity(id, NOW)
      return 'ended' in result ? { ended: { id, state: result.ended } } : {}
    },
  }
}

export function remove(id: string): Request {
  return {
    deletes: [id],
    *start() {
      const result = yield* deleteIdentity(id, NOW)
      return 'ended' in result ? { ended: { id, state: result.ended } } : {}
    },
  }
}
