/**
 * Sessions of the identity pools, by Amplify. Guests are Amplify's own. For users there is a custom
 * credentials provider, as Amplify documents it: Amplify's own sends one ID token, and here a user
 * may have several logins, also with opaque tokens.
 */
import {
  CognitoAWSCredentialsAndIdentityIdProvider,
  DefaultIdentityIdStore,
} from '@aws-amplify/auth/cognito'
import {
  Amplify,
  ConsoleLogger,
  createGetCredentialsForIdentityClient,
  createGetIdClient,
  fetchAuthSession,
} from '@aws-amplify/core'
import type { DeviceStore } from '../data/device-store.ts'
import type { SessionCredentials } from '../data/game-clients.ts'
import type { GameConfig, PoolAddress } from '../data/game-config.ts'
import { IDENTITY_KEY } from './kept-logins.ts'

export interface PlayerSession {
  readonly identityId: string
  readonly isGuest: boolean
  readonly credentials: SessionCredentials
}

export interface PoolSessions {
  /** Of the player; makes a guest if there is no login and no guest. */
  player(): Promise<PlayerSession>
  /** Of a guest of the leaderboard's pool. */
  board(): Promise<SessionCredentials>
  /** After a login was added or dropped: the next session is a new one. */
  renew(): void
  /** The guest of this device; while there is a login, what it stored is still to be copied. */
  guestId(): string | undefined
  forgetGuest(): void
}

export interface PoolOptions {
  readonly config: GameConfig
  /** `localStorage` and `sessionStorage`. */
  readonly device: DeviceStore
  readonly tab: DeviceStore
  readonly logins: () => Readonly<Record<string, string>>
  readonly nowMs: () => number
}

/** A session that ends sooner than this is replaced. */
const RENEW_BEFORE_MS = 60_000

// It warns about every endpoint that is not AWS's.
ConsoleLogger.LOG_LEVEL = 'ERROR'

/** Amplify is a singleton: the newest of these is in use. */
export function createPoolSessions(options: PoolOptions): PoolSessions {
  const { config, device, tab, logins, nowMs } = options
  const identityIds = new DefaultIdentityIdStore(amplifyStorage(device))
  const guests = new CognitoAWSCredentialsAndIdentityIdProvider(identityIds)
  const boardGuests = new CognitoAWSCredentialsAndIdentityIdProvider(
    new DefaultIdentityIdStore(amplifyStorage(device)),
  )
  const guestKey = `com.amplify.Cognito.${config.pool.id}.identityId`
  const guestId = () => device.get(guestKey)
  const isGuest = () => Object.keys(logins()).length === 0

  const obtainForUser = async () => {
    const calls = poolCalls(config)
    const Logins = { ...logins() }
    // The id of the guest comes first: with it, the login claims what the guest stored.
    const hint = guestId() ?? tab.get(IDENTITY_KEY)
    const IdentityId = hint ?? (await calls.getId({ IdentityPoolId: config.pool.id, Logins }))
    const { identityId, credentials } = await calls.getCredentials({ IdentityId, Logins })
    tab.set(IDENTITY_KEY, identityId)
    return { identityId, credentials }
  }
  Amplify.configure(
    { Auth: { Cognito: amplifyPool(config.pool) } },
    {
      Auth: {
        tokenProvider: { getTokens: async () => null },
        credentialsProvider: {
          getCredentialsAndIdentityId: (request) =>
            isGuest() ? guests.getCredentialsAndIdentityId(request) : obtainForUser(),
          clearCredentialsAndIdentityId: () => guests.clearCredentialsAndIdentityId(),
        },
      },
    },
  )

  const obtain = async (): Promise<PlayerSession> => {
    const forGuest = isGuest()
    const { identityId, credentials } = await fetchAuthSession({ forceRefresh: true })
    if (!identityId || !credentials) throw new Error('The pool sent no session')
    return { identityId, credentials, isGuest: forGuest }
  }
  const obtainForBoard = async (): Promise<PlayerSession> => {
    const session = await boardGuests.getCredentialsAndIdentityId({
      ...{ authenticated: false, forceRefresh: true },
      authConfig: { Cognito: amplifyPool(config.board) },
    })
    if (!session?.identityId) throw new Error('The pool of the leaderboard sent no session')
    return { identityId: session.identityId, credentials: session.credentials, isGuest: true }
  }
  const player = reuseSession(obtain, nowMs)
  const board = reuseSession(obtainForBoard, nowMs)
  return {
    player: player.get,
    board: async () => (await board.get()).credentials,
    renew: player.forget,
    guestId,
    forgetGuest: () => device.remove(guestKey),
  }
}

/**
 * Amplify keeps sessions for 50 minutes, and sessions may be shorter. It also makes several guests
 * if several parts of a page ask at the same time, so they wait for the same one.
 */
function reuseSession(obtain: () => Promise<PlayerSession>, nowMs: () => number) {
  let current: Promise<PlayerSession> | undefined
  const isFresh = ({ credentials: { expiration } }: PlayerSession) =>
    expiration === undefined || expiration.getTime() - nowMs() > RENEW_BEFORE_MS
  const get = async (): Promise<PlayerSession> => {
    const asked = current
    const session = await asked?.catch(() => undefined)
    if (session && isFresh(session)) return session
    // Another caller may have asked meanwhile.
    if (current === asked) {
      const next = obtain()
      current = next
      next.catch(() => {
        if (current === next) current = undefined
      })
    }
    return current ?? get()
  }
  const forget = () => {
    current = undefined
  }
  return { get, forget }
}

function amplifyPool({ id, endpoint }: PoolAddress) {
  return { identityPoolId: id, identityPoolEndpoint: endpoint, allowGuestAccess: true }
}

function amplifyStorage(store: DeviceStore) {
  return {
    getItem: async (key: string) => store.get(key) ?? null,
    setItem: async (key: string, value: string) => void store.set(key, value),
    removeItem: async (key: string) => store.remove(key),
    clear: async () => store.clearAndClose(),
  }
}

/** Amplify's own clients of identity pools. They adopt the id of the response. */
function poolCalls({ pool, region }: GameConfig) {
  const endpointResolver = () => ({ url: new URL(pool.endpoint) })
  const requestId = createGetIdClient({ endpointResolver })
  const requestCredentials = createGetCredentialsForIdentityClient({ endpointResolver })
  return {
    async getId(input: Parameters<typeof requestId>[1]): Promise<string> {
      const { IdentityId } = await requestId({ region }, input)
      if (!IdentityId) throw new Error('The pool sent no identity')
      return IdentityId
    },
    async getCredentials(input: Parameters<typeof requestCredentials>[1]) {
      const { IdentityId, Credentials } = await requestCredentials({ region }, input)
      const { AccessKeyId, SecretKey, SessionToken, Expiration } = Credentials ?? {}
      if (!IdentityId || !AccessKeyId || !SecretKey) throw new Error('The pool sent no credentials')
      return {
        identityId: IdentityId,
        credentials: {
          ...{ accessKeyId: AccessKeyId, secretAccessKey: SecretKey },
          ...(SessionToken ? { sessionToken: SessionToken } : {}),
          ...(Expiration ? { expiration: Expiration } : {}),
        },
      }
    },
  }
}
