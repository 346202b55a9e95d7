/** Sign-in with the authorization code flow and PKCE (RFC 6749 §4.1, RFC 7636, RFC 9700). */
import { send } from '../browser-platform.ts'
import type { DeviceStore } from '../data/device-store.ts'
import type { GameConfig, SignInProvider } from '../data/game-config.ts'
import type { Login } from './kept-logins.ts'
import { challengeOf, randomText } from './pkce.ts'

/** What has to be known when the player comes back. */
interface PendingSignIn {
  readonly provider: string
  /** Compared with the response's, so that nobody can sign a player in as someone else. */
  readonly state: string
  readonly verifier: string
  readonly nonce: string
}

/** What came back in the URL of the page. */
export interface SignInResponse {
  readonly code: string | undefined
  readonly state: string
  readonly error: string | undefined
}

const KEY = 'marsh.sign-in'
const TIMEOUT_MS = 10_000

/** @returns where to send the player */
export async function beginSignIn(
  tab: DeviceStore,
  provider: SignInProvider,
  redirectUri: string,
): Promise<URL> {
  const pending: PendingSignIn = {
    provider: provider.id,
    ...{ state: randomText(), verifier: randomText(), nonce: randomText() },
  }
  tab.set(KEY, JSON.stringify(pending))
  const url = new URL(provider.authorize)
  const parameters = {
    ...{ response_type: 'code', client_id: provider.clientId, redirect_uri: redirectUri },
    ...{ state: pending.state, code_challenge_method: 'S256' },
    code_challenge: await challengeOf(pending.verifier),
    ...{ scope: provider.scope, ...(provider.kind === 'id-token' ? { nonce: pending.nonce } : {}) },
  }
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value)
  return url
}

/** @returns undefined if the URL is not that of a player who comes back from a provider */
export function readSignInResponse(url: URL): SignInResponse | undefined {
  const state = url.searchParams.get('state')
  if (state === null) return undefined
  return {
    state,
    code: url.searchParams.get('code') ?? undefined,
    error: url.searchParams.get('error') ?? undefined,
  }
}

/**
 * Exchanges the code for a token, once.
 *
 * @throws {Error} in words for the player
 */
export async function finishSignIn(
  tab: DeviceStore,
  { providers }: GameConfig,
  { code, state, error }: SignInResponse,
  redirectUri: string,
): Promise<Login> {
  const pending = takePending(tab)
  const provider = providers.find(({ id }) => id === pending?.provider)
  if (!pending || !provider || pending.state !== state)
    throw new Error('This sign-in was not started in this tab, so it was ignored. Sign in again')
  if (code === undefined)
    throw new Error(
      error === 'access_denied'
        ? `You did not sign in with ${provider.label}`
        : `${provider.label} could not sign you in. Try again`,
    )
  const tokens = await redeemCode(provider, code, pending.verifier, redirectUri)
  const token = Reflect.get(tokens, provider.kind === 'opaque' ? 'access_token' : 'id_token')
  if (typeof token !== 'string') throw new Error(`${provider.label} sent no token. Try again`)
  // The pool verifies the token. The nonce shows that it was made for this very sign-in.
  if (provider.kind === 'id-token' && nonceOf(token) !== pending.nonce)
    throw new Error(`The token of ${provider.label} is from another sign-in. Sign in again`)
  return { provider: provider.id, login: provider.login, token }
}

async function redeemCode(
  { token, clientId, label }: SignInProvider,
  code: string,
  verifier: string,
  redirectUri: string,
): Promise<object> {
  const response = await send(token, {
    method: 'POST',
    body: new URLSearchParams({
      ...{ grant_type: 'authorization_code', code, client_id: clientId },
      ...{ redirect_uri: redirectUri, code_verifier: verifier },
    }),
    ...{ credentials: 'omit', redirect: 'error', signal: AbortSignal.timeout(TIMEOUT_MS) },
  }).catch(() => undefined)
  if (!response?.ok)
    throw new Error(
      response
        ? `${label} did not accept the sign-in. Sign in again`
        : `${label} cannot be reached. Try again later`,
    )
  const body: unknown = await response.json().catch(() => undefined)
  return typeof body === 'object' && body !== null ? body : {}
}

/** The verifier is used once, also where the exchange fails. */
function takePending(tab: DeviceStore): PendingSignIn | undefined {
  const text = tab.get(KEY)
  tab.remove(KEY)
  try {
    const stored: Record<string, unknown> = JSON.parse(text ?? 'null')
    const { provider, state, verifier, nonce } = stored
    return typeof provider === 'string' &&
      typeof state === 'string' &&
      typeof verifier === 'string' &&
      typeof nonce === 'string'
      ? { provider, state, verifier, nonce }
      : undefined
  } catch {
    return undefined
  }
}

function nonceOf(token: string): unknown {
  try {
    const payload = token.split('.')[1]?.replaceAll('-', '+').replaceAll('_', '/') ?? ''
    const claims: unknown = JSON.parse(atob(payload))
    return typeof claims === 'object' && claims !== null ? Reflect.get(claims, 'nonce') : undefined
  } catch {
    return undefined
  }
}
