/** A request path with a tenant of users, of a partner and of agents. */
import type { CompiledTenant, Dependencies, TenantStore } from '@token-broker/core'
import { compileTenant, trustsByIssuer } from '@token-broker/core/document'
import { BrokerError } from '../../../packages/core/src/model/broker-error.ts'
import { createRequestPath, type RequestPath, ROLE } from './run-request.ts'

export const USERS = 'https://id.example'
export const PARTNER = 'https://partner.example'
export const OPAQUE = 'https://opaque.example'

type CompiledIssuer = CompiledTenant['issuers'][number]

const ACTING = 'has(actor.subject)'
const policy = [{ Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::b/{{user}}/*' }]
const { tenant, errors } = compileTenant(
  JSON.stringify({
    tenant: 'acme',
    issuers: [
      {
        issuer: USERS,
        audiences: ['app'],
        member: 'claims.org == "acme"',
        delegatedTokens: 'accept',
      },
      { issuer: PARTNER, audiences: ['partner'] },
      {
        issuer: OPAQUE,
        audiences: ['opaque'],
        verify: {
          kind: 'webhook',
          url: 'https://opaque.example/check',
          secret: 'webhook',
        },
      },
    ],
    attributes: {
      user: { from: 'claims.sub', acrossIssuers: true },
      actor: { from: `${ACTING} ? actor.subject : "nobody"`, acrossIssuers: true },
    },
    rules: [
      {
        name: 'the partner',
        when: `actor.issuer == "${PARTNER}" && actor.subject == "crawler"`,
        grant: 'acting',
      },
      { name: 'robots', when: `actor.issuer == "${OPAQUE}"`, grant: 'acting' },
      {
        name: 'agents',
        when: 'actor.subject.startsWith("agent")',
        grant: 'acting',
      },
      { name: 'users themselves', when: '!has(actor.subject)', grant: 'acting' },
    ],
    grants: {
      acting: {
        role: ROLE,
        sessionName: '{{user}}',
        sessionTags: { user: '{{user}}', actor: '{{actor}}' },
        sourceIdentity: '{{user}}',
        policy,
      },
    },
  }),
  'acme.json',
)
if (!tenant) throw new Error(JSON.stringify(errors))
const TENANT = tenant

/** @param partner changes what the tenant says about the issuer of the partner */
export function delegatingTenants(
  partner: (issuer: CompiledIssuer) => CompiledIssuer = (issuer) => issuer,
): TenantStore {
  const issuers = TENANT.issuers.map((one) => (one.profile.issuer === PARTNER ? partner(one) : one))
  return {
    findTrusts: async (issuer) => trustsByIssuer([TENANT]).get(issuer) ?? [],
    findPool: async () => undefined,
    load: async () => ({ ...TENANT, issuers }),
  }
}

export interface DelegationPath extends RequestPath {
  /** Issuers of the tokens whose signatures were checked, in order. */
  readonly verified: readonly string[]
  /** Claims of minted tokens. */
  readonly minted: readonly object[]
}

/**
 * A token with the claim `forged` has no valid signature; `opaque-NAME-SECONDS` is opaque.
 * @param ports in place of those of this tenant
 */
export function createDelegation(ports: Partial<Dependencies> = {}): DelegationPath {
  const verified: string[] = []
  const minted: object[] = []
  const path = createRequestPath({
    tenants: delegatingTenants(),
    verifier: {
      verify: async ({ claims, issuer }) => {
        verified.push(issuer)
        if (claims.forged) throw new BrokerError('invalid_token', 'No key verifies the signature.')
      },
    },
    opaqueVerifier: {
      verify: async (token) => {
        const [, sub = '', seconds] = token.split('-')
        if (sub === 'other') throw new BrokerError('invalid_token', 'The token is inactive.')
        const limit = seconds === undefined ? {} : { maxSessionSeconds: Number(seconds) }
        return { claims: { sub, aud: 'opaque', exp: 2000 }, ...limit }
      },
    },
    signer: {
      keyId: async () => 'key-1',
      sign: async (claims) => {
        minted.push(claims)
        return 'minted'
      },
    },
    ...ports,
  })
  return { ...path, verified, minted }
}
