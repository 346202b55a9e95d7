/** The index of who trusts an issuer may lag behind the documents: it selects tenants, and never decides on a token. */
import {
  type CompiledTenant,
  explainDecision,
  type JWK,
  type TenantStore,
} from '@token-broker/core'
import { trustsByIssuer } from '@token-broker/core/document'
import {
  createJsonFetcher,
  createJwtVerifier,
  createKeyCache,
} from '@token-broker/functions/verifier'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { expect, it } from 'vitest'
import { compileTenant } from '../../../packages/core/src/document/index.ts'

const ISSUER = 'https://id.example'
const NOW = Date.parse('2026-01-31T12:00:00Z')
const pairs = await Promise.all([generateKeyPair('ES256'), generateKeyPair('ES256')])
const [oldKey, newKey] = pairs
const jwks: JWK[] = await Promise.all(
  pairs.map(async ({ publicKey }) => ({
    ...(await exportJWK(publicKey)),
    kty: 'EC',
    kid: 'same',
    alg: 'ES256',
  })),
)
const [oldJwk, newJwk] = jwks

function tenant(
  key: JWK | undefined,
  { name = 'acme', audience = 'app', maxTokenAge = '24h' } = {},
): CompiledTenant {
  const document = {
    tenant: name,
    issuers: [
      { issuer: ISSUER, verify: { kind: 'jwt', keys: [key] }, audiences: [audience], maxTokenAge },
    ],
    rules: [{ name: 'all', grant: 'read' }],
    grants: { read: { role: 'arn:aws:iam::111122223333:role/app' } },
  }
  const compiled = compileTenant(JSON.stringify(document), 'acme.json')
  if (!compiled.tenant) throw new Error(JSON.stringify(compiled.errors))
  return compiled.tenant
}

const sign = (key: (typeof oldKey)['privateKey'], ageSeconds = 10) =>
  new SignJWT({
    iss: ISSUER,
    sub: 'alice',
    aud: 'app',
    iat: NOW / 1000 - ageSeconds,
    exp: NOW / 1000 + 300,
  })
    .setProtectedHeader({ alg: 'ES256', kid: 'same' })
    .sign(key)

/** The code of the decision where the index was made of some documents and `load` gives others. */
async function decide(
  indexed: readonly CompiledTenant[],
  stored: readonly CompiledTenant[],
  token: string,
  hint?: string,
) {
  const tenants: TenantStore = {
    findTrusts: async (issuer) => trustsByIssuer(indexed).get(issuer) ?? [],
    load: async (name) => stored.find((document) => document.tenant === name),
  }
  const now = () => NOW
  const fetchJson = createJsonFetcher({ allowLoopbackHttp: false })
  const request = {
    subjectToken: token,
    tenant: hint,
    grant: undefined,
    durationSeconds: undefined,
    statements: undefined,
  }
  const caller = { requestId: 'r', endpoint: 'native', clientIp: '127.0.0.1', userAgent: undefined }
  const { refusal, tenant } = await explainDecision(
    request,
    { ...caller, signal: new AbortController().signal },
    {
      tenants,
      verifier: createJwtVerifier({ keyCache: createKeyCache({ fetchJson, now }) }),
      signer: undefined,
      sts: { assumeRoleWithWebIdentity: () => Promise.reject(new Error('nothing is assumed')) },
      audit: { write: async () => undefined },
      brokerIssuer: 'https://broker.example',
      now,
      monotonicNs: () => 0n,
      newId: () => 'id',
    },
  )
  return refusal?.code ?? `issue for ${tenant}`
}

it('refuses a key that the document no longer holds, though the index does', async () => {
  expect(await decide([tenant(oldJwk)], [tenant(oldJwk)], await sign(oldKey.privateKey))).toBe(
    'issue for acme',
  )
  expect(await decide([tenant(oldJwk)], [tenant(newJwk)], await sign(oldKey.privateKey))).toBe(
    'access_denied',
  )
  expect(await decide([tenant(oldJwk)], [tenant(newJwk)], await sign(newKey.privateKey))).toBe(
    'invalid_token',
  )
})

it('holds a token to the age that the document allows now', async () => {
  const strict = tenant(oldJwk, { maxTokenAge: '1m' })
  expect(await decide([tenant(oldJwk)], [strict], await sign(oldKey.privateKey, 10))).toBe(
    'issue for acme',
  )
  expect(await decide([tenant(oldJwk)], [strict], await sign(oldKey.privateKey, 600))).toBe(
    'access_denied',
  )
})

it('takes no removed tenant, and no issuer or audience that the document dropped', async () => {
  const token = await sign(oldKey.privateKey)
  expect(await decide([tenant(oldJwk)], [], token)).toBe('access_denied')
  expect(await decide([tenant(oldJwk)], [{ ...tenant(oldJwk), issuers: [] }], token)).toBe(
    'access_denied',
  )
  expect(await decide([tenant(oldJwk)], [tenant(oldJwk, { audience: 'other' })], token)).toBe(
    'access_denied',
  )
})

it('does not lend one tenant’s key to another', async () => {
  const both = [tenant(oldJwk), tenant(newJwk, { name: 'beta' })]
  expect(await decide(both, both, await sign(oldKey.privateKey))).toBe('issue for acme')
  expect(await decide(both, both, await sign(oldKey.privateKey), 'beta')).toBe('access_denied')
  expect(await decide(both, both, await sign(newKey.privateKey), 'beta')).toBe('issue for beta')
})

it('counts a tenant once that the index names under two profiles', async () => {
  const index = [tenant(oldJwk), tenant(oldJwk, { maxTokenAge: '2h' })]
  expect(await decide(index, [tenant(oldJwk)], await sign(oldKey.privateKey))).toBe(
    'issue for acme',
  )
})
