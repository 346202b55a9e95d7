/** Whether a demo user would get credentials of a tenant: decided here, without a record of it. */
import {
  type CompiledTenant,
  type Dependencies,
  explainDecision,
  type IssuerTrust,
} from '@token-broker/core'
import { trustsByIssuer } from '@token-broker/core/document'
import type { UserClaims } from './demo-users.ts'

const NO_DEADLINE = new AbortController().signal
const unused = () => Promise.reject(new Error('A decision for a demo user does not need it.'))

const NO_EFFECTS: Omit<Dependencies, 'tenants' | 'verifier' | 'opaqueVerifier' | 'now'> = {
  proofVerifier: { verify: () => false },
  samlVerifier: { read: unused, verify: unused },
  identityPools: {
    identify: unused,
    developers: { verify: unused, run: unused, identify: unused },
  },
  signer: undefined,
  sts: { assumeRoleWithWebIdentity: unused },
  audit: { write: async () => {} },
  brokerIssuer: 'https://broker.invalid',
  sessionNameKey: 'not a secret: no session is created',
  monotonicNs: process.hrtime.bigint,
  newId: () => 'sample',
}

/** @param issuer the demo IdP's URL, which has signed the token or is asked about it */
export async function wouldIssue(
  tenant: CompiledTenant,
  user: UserClaims,
  { issuer, audience, isOpaque }: { issuer: string; audience: string; isOpaque: boolean },
): Promise<boolean> {
  const iat = Math.floor(Date.now() / 1000)
  const times = { iat, exp: iat + 300 }
  const claims = { iss: issuer, aud: audience, client_id: audience, ...times, ...user }
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const { refusal } = await explainDecision(
    {
      subjectToken: isOpaque
        ? 'opaque-token'
        : `${encode({ alg: 'RS256' })}.${encode(claims)}.AAAA`,
      tenant: tenant.tenant,
      ...{ grant: undefined, durationSeconds: undefined, statements: undefined },
    },
    {
      ...{ requestId: 'sample', endpoint: 'native', clientIp: '127.0.0.1', userAgent: undefined },
      ...{ signal: NO_DEADLINE, recordSignal: NO_DEADLINE },
    },
    {
      ...NO_EFFECTS,
      tenants: onlyTenant(tenant),
      verifier: { verify: async () => {} },
      opaqueVerifier: { verify: async () => ({ claims }) },
      now: Date.now,
    },
  )
  return refusal === undefined
}

function onlyTenant(tenant: CompiledTenant): Dependencies['tenants'] {
  const trusts: ReadonlyMap<string, readonly IssuerTrust[]> = trustsByIssuer([tenant])
  return {
    findTrusts: async (issuer) => trusts.get(issuer) ?? [],
    findPool: async () => undefined,
    load: async (id) => (id === tenant.tenant ? tenant : undefined),
  }
}
