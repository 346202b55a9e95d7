/** Decisions where the index of trusts was made of other documents than the store now returns. */
import {
  type CompiledTenant,
  explainDecision,
  type JWK,
  type TenantStore,
} from '@token-broker/core'
import { compileTenant, trustsByIssuer } from '@token-broker/core/document'
import {
  createJsonFetcher,
  createJwtVerifier,
  createKeyCache,
} from '@token-broker/functions/verifier'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { NO_POOLS } from '../../fixtures/no-pools.ts'
import { NO_SAML } from '../../fixtures/no-saml.ts'

const ISSUER = 'https://id.example'
const NOW = Date.parse('2026-01-31T12:00:00Z')
const NO_DEADLINE = new AbortController().signal

/** A key of the issuer. All its keys have the same id. */
export interface IssuerKey {
  /** A token of alice that was issued this long ago. */
  sign(ageSeconds?: number): Promise<string>
  /** A tenant whose document contains this key. */
  tenant(options?: { name?: string; audience?: string; maxTokenAge?: string }): CompiledTenant
}

export async function createIssuerKey(): Promise<IssuerKey> {
  const { privateKey, publicKey } = await generateKeyPair('ES256')
  const jwk: JWK = { ...(await exportJWK(publicKey)), kty: 'EC', kid: 'same', alg: 'ES256' }
  return {
    sign: (ageSeconds = 10) =>
      new SignJWT({
        iss: ISSUER,
        sub: 'alice',
        aud: 'app',
        iat: NOW / 1000 - ageSeconds,
        exp: NOW / 1000 + 300,
      })
        .setProtectedHeader({ alg: 'ES256', kid: 'same' })
        .sign(privateKey),
    tenant: ({ name = 'acme', audience = 'app', maxTokenAge = '24h' } = {}) => {
      const verify = { kind: 'jwt', keys: [jwk] }
      const document = {
        tenant: name,
        issuers: [{ issuer: ISSUER, verify, audiences: [audience], maxTokenAge }],
        rules: [{ name: 'all', grant: 'read' }],
        grants: { read: { role: 'arn:aws:iam::111122223333:role/app' } },
      }
      const compiled = compileTenant(JSON.stringify(document), 'acme.json')
      if (!compiled.tenant) throw new Error(JSON.stringify(compiled.errors))
      return compiled.tenant
    },
  }
}

/**
 * @param indexed the tenants from which the index was made
 * @param stored the tenants that the store returns
 * @returns the code of the refusal, or `issue for` and the tenant
 */
export async function decide(
  indexed: readonly CompiledTenant[],
  stored: readonly CompiledTenant[],
  token: string,
  wantedTenant?: string,
): Promise<string> {
  const tenants: TenantStore = {
    findTrusts: async (issuer) => trustsByIssuer(indexed).get(issuer) ?? [],
    findPool: async () => undefined,
    load: async (name) => stored.find((document) => document.tenant === name),
  }
  const now = () => NOW
  const fetchJson = createJsonFetcher({ allowLoopback: false, privateHosts: new Set() })
  const request = {
    subjectToken: token,
    tenant: wantedTenant,
    grant: undefined,
    durationSeconds: undefined,
    statements: undefined,
  }
  const caller = { requestId: 'r', endpoint: 'native', clientIp: '127.0.0.1', userAgent: undefined }
  const { refusal, tenant } = await explainDecision(
    request,
    { ...caller, signal: NO_DEADLINE, recordSignal: NO_DEADLINE },
    {
      tenants,
      verifier: createJwtVerifier({ keyCache: createKeyCache({ fetchJson, now }) }),
      samlVerifier: NO_SAML,
      identityPools: NO_POOLS,
      proofVerifier: { verify: () => false },
      opaqueVerifier: { verify: () => Promise.reject(new Error('no token is opaque')) },
      signer: undefined,
      sts: { assumeRoleWithWebIdentity: () => Promise.reject(new Error('nothing is assumed')) },
      audit: { write: async () => undefined },
      brokerIssuer: 'https://broker.example',
      sessionNameKey: 'key',
      now,
      monotonicNs: () => 0n,
      newId: () => 'id',
    },
  )
  return refusal?.code ?? `issue for ${tenant}`
}
