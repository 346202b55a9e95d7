/** The cases of (stored id, login) that a pool distinguishes, and how each is prepared. */
import { callPool, loginMap } from './pool-operations.ts'
import type { PoolName, RecordedPools } from './recorded-pools.ts'

/** What an app has on its device, and which login it presents. */
interface Situation {
  readonly storedId: string
  readonly token?: string
}

/** `J` is the identity of the presented login, `X` the stored one. */
export interface DecisionRow {
  readonly name: string
  prepare(pool: PreparedPool): Promise<Situation>
  /** What the app gets: an identity and, in brackets, the grant of its session. */
  readonly expected: Readonly<Record<PoolName, string>>
  /** What an app gets that presents the login without X, if that is different. */
  readonly withoutStoredId?: string
}

export interface PreparedPool {
  /** The id of a new guest. */
  guest(): Promise<string>
  /** A token of a user whom no other row uses. */
  newUser(): Promise<string>
  /** The identity of a login, which exists from then on. */
  identityOf(token: string): Promise<string>
  /** Signs in where the device has the id of a guest. */
  signIn(guestId: string, token: string): Promise<void>
  disable(identityId: string): Promise<void>
}

function sameInAll(outcome: string): DecisionRow['expected'] {
  return { stateless: outcome, separate: outcome, adopt: outcome }
}

const NOBODY = 'eu-west-1:99999999-2222-4333-8444-555555555555'

export const DECISION_ROWS: readonly DecisionRow[] = [
  {
    name: 'no login, X is a free guest',
    prepare: async ({ guest }) => ({ storedId: await guest() }),
    expected: sameInAll('X (guest)'),
  },
  {
    name: 'no login, X is unknown',
    prepare: async () => ({ storedId: NOBODY }),
    expected: sameInAll('fresh (guest)'),
  },
  {
    name: 'no login, X was claimed by a login',
    prepare: async ({ guest, newUser, signIn }) => {
      const storedId = await guest()
      await signIn(storedId, await newUser())
      return { storedId }
    },
    expected: { stateless: 'X (guest)', separate: 'fresh (guest)', adopt: 'fresh (guest)' },
  },
  {
    name: 'no login, X is of a user',
    prepare: async ({ newUser, identityOf }) => ({ storedId: await identityOf(await newUser()) }),
    expected: sameInAll('fresh (guest)'),
  },
  {
    name: 'the login’s identity is X',
    prepare: async ({ newUser, identityOf }) => {
      const token = await newUser()
      return { token, storedId: await identityOf(token) }
    },
    expected: sameInAll('J = X (player)'),
  },
  {
    name: 'new login, X is a free guest',
    prepare: async ({ guest, newUser }) => ({ token: await newUser(), storedId: await guest() }),
    expected: { stateless: 'J (player)', separate: 'J (player)', adopt: 'J = X (player)' },
    withoutStoredId: 'J (player)',
  },
  {
    name: 'the login has J, X is a free guest',
    prepare: async ({ guest, newUser, identityOf }) => {
      const token = await newUser()
      await identityOf(token)
      return { token, storedId: await guest() }
    },
    expected: sameInAll('J (player)'),
  },
  {
    name: 'X is of another user',
    prepare: async ({ newUser, identityOf }) => ({
      token: await newUser(),
      storedId: await identityOf(await newUser()),
    }),
    expected: sameInAll('J (player)'),
  },
  {
    name: 'the login’s identity is disabled',
    prepare: async ({ newUser, identityOf, disable }) => {
      const token = await newUser()
      const storedId = await identityOf(token)
      await disable(storedId)
      return { token, storedId }
    },
    // Without linking, an operator's rule refuses the user.
    expected: {
      stateless: 'J = X (player)',
      separate: 'NotAuthorizedException',
      adopt: 'NotAuthorizedException',
    },
  },
]

let users = 0

export function preparePool(
  { locationOf, bob, disable }: Pick<RecordedPools, 'locationOf' | 'bob' | 'disable'>,
  pool: PoolName,
): PreparedPool {
  const { endpoint, poolId } = locationOf(pool)
  const call = async (operation: string, input: object): Promise<string> => {
    const { status, body } = await callPool({ endpoint }, operation, input)
    if (status !== 200) throw new Error(`${operation}: ${body.message}`)
    return body.IdentityId ?? ''
  }
  return {
    disable: (identityId) => disable(pool, identityId),
    guest: () => call('GetId', { IdentityPoolId: poolId }),
    newUser: () => bob({ sub: `user ${++users}` }),
    identityOf: (token) => call('GetId', { IdentityPoolId: poolId, ...loginMap(token) }),
    async signIn(IdentityId, token) {
      await call('GetCredentialsForIdentity', { IdentityId, ...loginMap(token) })
    },
  }
}
