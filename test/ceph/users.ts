/** The users of the tests: some of the demo IdP, others of a partner with any claims. */
import { DEMO_CLIENT } from '../../packages/local/src/demo-idp.ts'
import type { TestIssuer } from '../fixtures/issuer-server.ts'
import { AUDIENCES, type TenantName } from './ceph-tenants.ts'

export interface User {
  readonly idp: 'demo' | 'partner'
  readonly tenant: TenantName
  readonly user: string
  readonly team: string
}

export const USERS = {
  alice: { idp: 'demo', tenant: 'acme', team: 'red', user: 'alice' },
  bob: { idp: 'demo', tenant: 'beta', team: 'blue', user: 'bob' },
  /** A prefix of alice's name. */
  al: { idp: 'partner', tenant: 'acme', team: 'red', user: 'al' },
  /** Contains every character that an attribute accepts by default. */
  odd: { idp: 'partner', tenant: 'acme', team: 'blue', user: 'o.d+d=1@x|y-_z' },
} as const satisfies Readonly<Record<string, User>>

/** @returns an ID token of the demo IdP */
export async function logIn(idpUrl: string, username: string): Promise<string> {
  const client = { client_id: DEMO_CLIENT.id, client_secret: DEMO_CLIENT.secret }
  const form = new URLSearchParams({ grant_type: 'urn:demo:user', username, ...client })
  const { id_token } = JSON.parse(
    await (await fetch(`${idpUrl}/token`, { method: 'POST', body: form })).text(),
  )
  return id_token
}

export function signPartnerToken(
  partner: TestIssuer,
  claims: Readonly<Record<string, unknown>>,
): Promise<string> {
  const now = Math.floor(Date.now() / 1000)
  return partner.sign({
    iss: partner.url,
    aud: AUDIENCES.partnerUrl,
    iat: now,
    exp: now + 600,
    ...claims,
  })
}
