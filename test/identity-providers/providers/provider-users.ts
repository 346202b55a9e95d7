/** The users of the identity providers; each claim of mallory tries to widen her session. */

export interface ProviderUser {
  readonly password: string
  readonly name: string
  readonly email: string
  readonly tenant: string
  readonly team: string
  readonly groups: readonly string[]
}

export const PROVIDER_USERS = {
  alice: {
    ...{ password: 'alice-password', name: 'Alice', email: 'alice@acme.example' },
    ...{ tenant: 'acme', team: 'red', groups: ['admins', 'support'] },
  },
  bob: {
    ...{ password: 'bob-password', name: 'Bob', email: 'bob@beta.example' },
    ...{ tenant: 'beta', team: 'blue', groups: ['dev'] },
  },
  mallory: {
    ...{ password: 'mallory-password', name: 'Mallory', email: '*@acme.example' },
    ...{ tenant: 'acme', team: '${aws:username}', groups: ['*', '../x'] },
  },
} as const satisfies Readonly<Record<string, ProviderUser>>

export type ProviderUserName = keyof typeof PROVIDER_USERS
