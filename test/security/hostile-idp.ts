/** A broker with a second tenant whose identity provider is hostile, and its attacks. */
import type { ServerResponse } from 'node:http'
import type { JWK } from 'jose'
import { closeAfterTests, startIssuer, tenantDocument } from '../fixtures/index.ts'
import type { Attack } from './attack.ts'
import { startTarget, withTokensAsCanaries } from './target.ts'

/** After this time, no fetched key is used any more, so that each attack makes the broker fetch. */
export const KEYS_EXPIRED_SECONDS = 25 * 3600
/** Longer than the broker waits before it fetches keys for an unknown `kid` again. */
export const COOLDOWN_SECONDS = 31

export type Respond = (path: string, response: ServerResponse) => void

/** What it starts is closed after the tests. */
export async function startHostileIdp() {
  const issuer = await closeAfterTests(startIssuer())
  const target = await startTarget(() => [tenantDocument('other', issuer.url)])
  const hostile = withTokensAsCanaries(issuer, target.canaries)

  const otherClaims = () => ({ ...target.claims(), iss: hostile.url, aud: 'other-app' })
  const requestWith = async (token: string) => {
    const { status, body } = await target.broker.post('/v1/credentials', token)
    return { status, text: body }
  }
  /** Sends a token that the hostile provider signs. */
  const requestAsOther = async (header: Record<string, unknown> = {}) =>
    requestWith(await hostile.sign(otherClaims(), header))

  /** An attack in which the provider responds like this when the broker needs its keys. */
  const idp = (
    name: string,
    respond: Respond,
    codes: readonly string[] = ['issuer_unavailable'],
  ): Attack => ({
    name,
    codes,
    send: async () => {
      target.advance(KEYS_EXPIRED_SECONDS)
      hostile.respondWith(respond)
      return requestAsOther()
    },
  })

  /** Responds with a valid discovery document, and with these keys. */
  const withKeys =
    (keys: string | Uint8Array): Respond =>
    (path, response) => {
      if (path.endsWith('/jwks')) response.end(keys)
      else response.end(JSON.stringify({ issuer: hostile.url, jwks_uri: `${hostile.url}/jwks` }))
    }
  const keySet = (...keys: readonly JWK[]) => withKeys(JSON.stringify({ keys }))
  return {
    ...{ target, hostile, otherClaims, requestWith, requestAsOther },
    ...{ idp, withKeys, keySet },
  }
}
