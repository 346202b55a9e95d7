/** The trust policies that tenants' roles need: who may assume which role, and with which tags. */
import type { CompiledGrant, CompiledTenant } from '../model/compiled-tenant.ts'
import { isSecureUrl } from '../model/loopback.ts'
import { STS_AUDIENCE } from '../model/sts-limits.ts'
import { slotsAsWildcards } from './template.ts'

type TrustConditions = Readonly<
  Record<string, Readonly<Record<string, string | readonly string[]>>>
>

export interface TrustStatement {
  readonly Sid?: string
  readonly Effect: 'Allow' | 'Deny'
  readonly Principal: { readonly Federated: string | readonly string[] }
  readonly Action: string | readonly string[]
  readonly Condition?: TrustConditions
}

export interface TrustPolicy {
  readonly Version: '2012-10-17'
  readonly Statement: readonly TrustStatement[]
}

/**
 * Whether AWS can have an identity provider for the issuer, whose keys it discovers: the issuer is
 * a URL without user, query and fragment, and without a wildcard of IAM.
 */
export function isProviderUrl(issuer: string): boolean {
  const url = URL.parse(issuer)
  return url !== null && isSecureUrl(url) && /^https?:\/\/[^/?#@*\s][^?#@*\s]*$/.test(issuer)
}

/** The name of an issuer's identity provider in IAM: the issuer without its scheme. */
export function providerName(issuer: string): string {
  return issuer.replace(/^https?:\/\//, '')
}

/**
 * One policy per role that the tenants name, by the role's ARN. Where several grants share a role,
 * the policy contains the statements of each.
 */
export function trustPolicies(
  tenants: readonly CompiledTenant[],
  brokerIssuer: string,
): Readonly<Record<string, TrustPolicy>> {
  const statements = new Map<string, Map<string, TrustStatement>>()
  for (const tenant of tenants) {
    for (const [name, grant] of Object.entries(tenant.grants)) {
      const roleStatements = statements.get(grant.roleArn) ?? new Map<string, TrustStatement>()
      statements.set(grant.roleArn, roleStatements)
      for (const statement of trustStatements(tenant, name, grant, brokerIssuer)) {
        roleStatements.set(JSON.stringify(statement), statement)
      }
    }
  }
  return Object.fromEntries(
    [...statements].map(([roleArn, roleStatements]) => [
      roleArn,
      { Version: '2012-10-17', Statement: [...roleStatements.values()] },
    ]),
  )
}

function trustStatements(
  tenant: CompiledTenant,
  name: string,
  grant: CompiledGrant,
  brokerIssuer: string,
): TrustStatement[] {
  if (grant.webIdentity === 'minted')
    return mintedStatements(`${tenant.tenant}/${name}`, grant, providerName(brokerIssuer))
  const providers = tenant.issuers.filter(({ profile }) => isProviderUrl(profile.issuer))
  return providers.map(({ profile, audiences }) => {
    const provider = providerName(profile.issuer)
    return {
      Effect: 'Allow',
      Principal: { Federated: providerArn(grant.roleArn, provider) },
      Action: 'sts:AssumeRoleWithWebIdentity',
      Condition: { StringEquals: { [`${provider}:aud`]: audiences } },
    }
  })
}

/**
 * A token with session tags or a source identity requires the role to allow an action for them.
 * A grant without them does not get that action. The tags are also conditions of assuming the role
 * at all, because a session without them would escape what a role's own policy says about them.
 * @see IAM User Guide, "Pass session tags in AWS STS"
 * @see Service Authorization Reference, "AWS Security Token Service": `aws:RequestTag` and
 *   `aws:TagKeys` are condition keys of both actions, but not of `sts:SetSourceIdentity`
 */
function mintedStatements(
  subjectPrefix: string,
  grant: CompiledGrant,
  provider: string,
): TrustStatement[] {
  const { roleArn, releasedAudience, sessionTags, sourceIdentity } = grant
  const allow = (Action: string | string[], Condition: TrustConditions): TrustStatement => ({
    Effect: 'Allow',
    Principal: { Federated: providerArn(roleArn, provider) },
    Action,
    Condition: {
      ...Condition,
      StringEquals: {
        [`${provider}:aud`]: releasedAudience ? [STS_AUDIENCE, releasedAudience] : STS_AUDIENCE,
        ...Condition.StringEquals,
      },
      // Neither name contains a slash or a wildcard, so no other grant's subjects begin like this.
      StringLike: { [`${provider}:sub`]: `${subjectPrefix}/*`, ...Condition.StringLike },
    },
  })
  const assume = 'sts:AssumeRoleWithWebIdentity'
  const statements = [
    Object.keys(sessionTags).length === 0
      ? allow(assume, {})
      : allow([assume, 'sts:TagSession'], tagConditions(sessionTags)),
  ]
  if (sourceIdentity !== undefined) statements.push(allow('sts:SetSourceIdentity', {}))
  return statements
}

/** Exactly the grant's tags, each with its fixed value or one that its template can render to. */
function tagConditions(sessionTags: CompiledGrant['sessionTags']): TrustConditions {
  const tags = Object.entries(sessionTags).map(([key, template]) => ({
    key,
    template,
    pattern: slotsAsWildcards(template),
  }))
  const tagPatterns = (some: typeof tags) =>
    Object.fromEntries(some.map(({ key, pattern }) => [`aws:RequestTag/${key}`, pattern]))
  return {
    StringEquals: tagPatterns(tags.filter(({ template, pattern }) => pattern === template)),
    StringLike: tagPatterns(tags.filter(({ template, pattern }) => pattern !== template)),
    'ForAllValues:StringEquals': { 'aws:TagKeys': tags.map(({ key }) => key) },
  }
}

/** The provider is in the role's own account and partition. */
function providerArn(roleArn: string, provider: string): string {
  const [, partition, , , account] = roleArn.split(':')
  return `arn:${partition}:iam::${account}:oidc-provider/${provider}`
}
