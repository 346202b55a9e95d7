/** Two tenants and their roles as plain values, for the broker's documents and the expectations. */

export const BUCKET = 'data'
const OBJECTS = `arn:aws:s3:::${BUCKET}/`
const LIST = { Action: 's3:ListBucket', Resource: `arn:aws:s3:::${BUCKET}` }

type Texts = string | readonly string[]

export interface Statement {
  readonly Sid?: string
  readonly Effect: 'Allow' | 'Deny'
  readonly Action: Texts
  readonly Resource: Texts
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string>>>>
  readonly shared?: boolean
}

interface Grant {
  readonly role: string
  readonly webIdentity: 'minted' | 'pass-through'
  readonly policy: readonly Statement[]
  readonly [more: string]: unknown
}

/** In Ceph, the account id of an ARN is empty. */
const roleArn = (name: string) => `arn:aws:iam:::role/${name}`
const minted = (role: string, ...policy: Statement[]): Grant => ({
  role: roleArn(role),
  webIdentity: 'minted',
  sessionName: '{{user}}',
  policy,
})
const passThrough = (role: string, ...policy: Statement[]): Grant => ({
  ...minted(role, ...policy),
  webIdentity: 'pass-through',
})
const allow = (Sid: string, Action: Texts, Resource: string): Statement => ({
  Sid,
  Effect: 'Allow',
  Action,
  Resource,
})
const listBelow = (Sid: string, prefix: string): Statement => ({
  ...{ Sid, Effect: 'Allow', ...LIST },
  Condition: { StringLike: { 's3:prefix': prefix } },
})

const OWN = [
  allow(
    'Objects',
    ['s3:GetObject', 's3:PutObject', 's3:DeleteObject'],
    `${OBJECTS}acme/{{team}}/{{user}}/*`,
  ),
  listBelow('List', 'acme/{{team}}/{{user}}/*'),
]

const ACME: Readonly<Record<string, Grant>> = {
  own: {
    ...minted('acme-app', ...OWN),
    sessionTags: { team: '{{team}}' },
    sourceIdentity: '{{user}}',
  },
  direct: passThrough('acme-direct', ...OWN),
  team: minted(
    'acme-app',
    allow('Read', ['s3:GetObject', 's3:GetObjectTagging'], `${OBJECTS}acme/{{team}}/*`),
    listBelow('List', 'acme/{{team}}/*'),
    { Sid: 'Closed', Effect: 'Deny', Action: 's3:*', Resource: `${OBJECTS}acme/{{team}}/closed/*` },
  ),
  tagged: {
    ...minted('acme-tagged', {
      ...allow('Read', 's3:*', `${OBJECTS}acme/*`),
      Condition: { StringEquals: { 'aws:PrincipalTag/team': '{{team}}' } },
      shared: true,
    }),
    sessionTags: { team: '{{team}}' },
  },
  everything: minted('acme-narrow', { ...allow('All', 's3:*', '*'), shared: true }),
  nothing: minted('acme-app'),
}

const BETA: Readonly<Record<string, Grant>> = {
  drop: minted('beta-app', allow('Put', 's3:PutObject', `${OBJECTS}beta/{{team}}/{{user}}/*`)),
  fetch: passThrough(
    'beta-direct',
    allow('Get', ['s3:GetObject*'], `${OBJECTS}beta/{{team}}/{{user}}/*`),
    listBelow('List', 'beta/{{team}}/{{user}}/*'),
  ),
}

export const TENANTS = { acme: ACME, beta: BETA }
export type TenantName = keyof typeof TENANTS

const all = (...more: Statement[]): Statement[] => [
  { Effect: 'Allow', Action: 's3:*', Resource: [`arn:aws:s3:::${BUCKET}`, `${OBJECTS}*`] },
  ...more,
]

/**
 * The permissions of each role. `*-app` and `*-direct` allow everything in the bucket, so that only
 * the session policy restricts their sessions.
 */
export const ROLES: Readonly<
  Record<string, { readonly tenant: TenantName; readonly policy: readonly Statement[] }>
> = {
  'acme-app': { tenant: 'acme', policy: all() },
  'acme-direct': { tenant: 'acme', policy: all() },
  'acme-narrow': {
    tenant: 'acme',
    policy: all({ Effect: 'Deny', Action: ['s3:DeleteObject', 's3:ListBucket'], Resource: '*' }),
  },
  'acme-tagged': {
    tenant: 'acme',
    policy: [
      {
        Effect: 'Allow',
        Action: ['s3:GetObject', 's3:PutObject'],
        Resource: `${OBJECTS}acme/red/*`,
        Condition: { StringEquals: { 'aws:PrincipalTag/team': 'red' } },
      },
    ],
  },
  'beta-app': { tenant: 'beta', policy: all() },
  'beta-direct': { tenant: 'beta', policy: all() },
}

export interface Issuers {
  readonly demoIdpUrl: string
  readonly partnerUrl: string
}

export const AUDIENCES = { demoIdpUrl: 'demo', partnerUrl: 'partner-app' } as const

/** A grant or {@link TwoGrants}, and the condition of the rule that leads there. */
export type ExtraGrant = { readonly when?: string; readonly [more: string]: unknown }

/** Two grants of a rule, by the name of what both allow. */
export interface TwoGrants {
  readonly grants: readonly [string, string]
}

export function isTwoGrants(grant: object): grant is TwoGrants {
  return 'grants' in grant
}

/** The caller's address, as a range of one address. */
const NETWORK = {
  network: {
    from: 'request.ip + (request.ip.contains(":") ? "/128" : "/32")',
    pattern: '[0-9.]{7,15}/32|[0-9a-f:.]{2,45}/128',
  },
}

/** @returns the document of the tenant, as JSON */
export function cephTenantDocument(
  tenant: TenantName,
  issuers: Issuers,
  extraGrants: Readonly<Record<string, ExtraGrant>> = {},
) {
  const all = Object.entries<ExtraGrant>({ ...TENANTS[tenant], ...extraGrants }).map(
    ([name, { when, ...grant }]) => ({
      name,
      grant,
      condition: when === undefined ? {} : { when },
    }),
  )
  const issuer = (name: keyof Issuers) => ({
    issuer: issuers[name],
    audiences: [AUDIENCES[name]],
    member: `claims.tenant == "${tenant}"`,
  })
  return JSON.stringify({
    tenant,
    issuers: [issuer('demoIdpUrl'), issuer('partnerUrl')],
    attributes: {
      // Both identity providers know the same people.
      user: { from: 'claims.sub', acrossIssuers: true },
      team: { from: 'claims.team', acrossIssuers: true },
      ...NETWORK,
    },
    rules: all.map(({ name, grant, condition }) =>
      isTwoGrants(grant)
        ? { name, ...condition, grants: grant.grants }
        : { name, ...condition, grant: name },
    ),
    grants: Object.fromEntries(
      all.flatMap(({ name, grant }) => (isTwoGrants(grant) ? [] : [[name, grant]])),
    ),
  })
}
