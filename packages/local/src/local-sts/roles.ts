/** The roles that the local STS knows, and how they follow from the tenants' documents. */
import type { CompiledGrant, CompiledTenant } from '@token-broker/core'

export interface TrustStatement {
  readonly Effect: 'Allow' | 'Deny'
  readonly Principal: { readonly Federated: string | readonly string[] }
  readonly Action: string | readonly string[]
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>
}

export interface TrustPolicy {
  readonly Version: '2012-10-17'
  readonly Statement: readonly TrustStatement[]
}

export interface Role {
  readonly trustPolicy: TrustPolicy
  readonly maxSessionDurationSeconds: number
}

export type Roles = Readonly<Record<string, Role>>

const VERSION = '2012-10-17'
const STS_AUDIENCE = 'sts.amazonaws.com'
const LONGEST_SESSION_SECONDS = 43_200

/** The issuer as IAM names it: without its scheme. */
export function providerName(issuer: string): string {
  return issuer.replace(/^https?:\/\//, '')
}

/** One role per ARN that the tenants name; where several grants share a role, it trusts what any of them needs. */
export function rolesForTenants(tenants: readonly CompiledTenant[], brokerIssuer: string): Roles {
  const statements = new Map<string, Map<string, TrustStatement>>()
  for (const tenant of tenants) {
    for (const grant of Object.values(tenant.grants)) {
      const ofRole = statements.get(grant.roleArn) ?? new Map<string, TrustStatement>()
      statements.set(grant.roleArn, ofRole)
      for (const statement of statementsForGrant(tenant, grant, brokerIssuer)) {
        ofRole.set(JSON.stringify(statement), statement)
      }
    }
  }
  return Object.fromEntries(
    [...statements].map(([arn, ofRole]) => [
      arn,
      {
        trustPolicy: { Version: VERSION, Statement: [...ofRole.values()] },
        maxSessionDurationSeconds: LONGEST_SESSION_SECONDS,
      },
    ]),
  )
}

function statementsForGrant(tenant: CompiledTenant, grant: CompiledGrant, brokerIssuer: string): TrustStatement[] {
  const account = grant.roleArn.split(':')[4] ?? ''
  if (grant.webIdentity === 'minted') {
    const provider = providerName(brokerIssuer)
    return [
      {
        Effect: 'Allow',
        Principal: { Federated: providerArn(account, provider) },
        Action: ['sts:AssumeRoleWithWebIdentity', 'sts:TagSession', 'sts:SetSourceIdentity'],
        Condition: {
          StringEquals: {
            [`${provider}:aud`]: grant.releasedAudience ? [STS_AUDIENCE, grant.releasedAudience] : STS_AUDIENCE,
          },
          StringLike: { [`${provider}:sub`]: `${tenant.tenant}/*` },
        },
      },
    ]
  }
  return tenant.issuers.map((issuer) => {
    const provider = providerName(issuer.profile.issuer)
    return {
      Effect: 'Allow',
      Principal: { Federated: providerArn(account, provider) },
      Action: 'sts:AssumeRoleWithWebIdentity',
      Condition: { StringEquals: { [`${provider}:aud`]: issuer.audiences } },
    }
  })
}

function providerArn(account: string, provider: string): string {
  return `arn:aws:iam::${account}:oidc-provider/${provider}`
}
