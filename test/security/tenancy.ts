/** Many tenants of one broker: some share an issuer, others have similar URLs or subjects. */
import type { App } from '../../packages/functions/src/http.ts'
import {
  closeAfterTests,
  startIssuer,
  startTestBroker,
  type TestBroker,
} from '../fixtures/index.ts'
import type { TestIssuer } from '../fixtures/issuer-server.ts'
import type { StsServer } from '../fixtures/sts-server.ts'

export interface Member {
  readonly tenant: string
  /** The exact `iss` of its callers. */
  readonly issuer: string
  readonly audience: string
  /** When it is absent, discovery is used. */
  readonly jwksUri?: string
  readonly grants: readonly string[]
  token(): Promise<string>
  /** A token with the issuer and audience of another member, signed by the issuer of this one. */
  forge(victim: Member): Promise<string>
  /** Whether both have the same keys. */
  sharesKeys(other: Member): boolean
}

export interface Tenancy {
  readonly app: App
  readonly broker: TestBroker
  readonly sts: StsServer
  readonly members: readonly Member[]
  /** Number of requests that all issuers received. */
  issuerRequests(): number
}

const MANY_GROUPS = Array.from({ length: 100 }, (_, index) => `group-${index}`)
/** The `member` condition by tenant, for those that share an issuer. */
const MEMBERS: Readonly<Record<string, string>> = {
  'shared-red': 'claims.org == "red"',
  'shared-blue': 'claims.org == "blue"',
  'shared-costly': 'claims.org == "costly" || claims.groups.exists(group, group == "costly")',
  'shared-audience': 'claims.org == "green"',
}
/** Not in any document. */
export const UNKNOWN_TENANT = 'nobody'
const SUBJECT = 'alice'
const GRANTS = ['read', 'write', 'passing'] as const

/**
 * Issuers whose URLs differ only by a slash or by case share keys; only `iss` differs.
 * @param grant more fields of each grant
 */
export async function startTenancy(grant: object = {}): Promise<Tenancy> {
  const servers = await Promise.all(Array.from({ length: 5 }, () => closeAfterTests(startIssuer())))
  const [own, other, shared, plain, cased] = servers
  if (!own || !other || !shared || !plain || !cased) throw new Error('Expected five issuers.')
  const keysOf = new Map<string, TestIssuer>()
  const member = (
    tenant: string,
    server: TestIssuer,
    issuer: string,
    audience: string,
    org?: string,
  ): Member => {
    keysOf.set(tenant, server)
    const sign = (iss: string, aud: string) => {
      const now = Math.floor(Date.now() / 1000)
      const claims = { iss, sub: SUBJECT, aud, iat: now, exp: now + 3600, jti: `${tenant}-${now}` }
      return server.sign(org === undefined ? claims : { ...claims, org, groups: MANY_GROUPS })
    }
    return {
      tenant,
      issuer,
      audience,
      // Discovery treats a URL with a slash at its end like one without.
      ...(server === plain || server === cased ? { jwksUri: `${server.url}/jwks` } : {}),
      grants: GRANTS,
      token: () => sign(issuer, audience),
      forge: (victim) => sign(victim.issuer, victim.audience),
      sharesKeys: (other) => keysOf.get(other.tenant) === server,
    }
  }
  const members = [
    member('own', own, own.url, 'app'),
    // The same subject and audience as `own`, at another issuer.
    member('same-subject', other, other.url, 'app'),
    // One issuer and one audience of two tenants: only `member` distinguishes them.
    member('shared-red', shared, shared.url, 'app', 'red'),
    member('shared-blue', shared, shared.url, 'app', 'blue'),
    // The same issuer and audience again, with a `member` that is slow to evaluate.
    member('shared-costly', shared, shared.url, 'app', 'costly'),
    // The same issuer again, with another audience.
    member('shared-audience', shared, shared.url, 'audience-app', 'green'),
    // URLs that differ by a slash, or by the case of the path.
    member('plain', plain, plain.url, 'app'),
    member('slashed', plain, `${plain.url}/`, 'app'),
    member('cased', cased, `${cased.url}/Realm`, 'app'),
    member('lower-cased', cased, `${cased.url}/realm`, 'app'),
  ]
  const broker = await startTestBroker({
    documents: members.map((one) => documentOf(one, grant)),
    // Half of the tenants: whether one has a candidate must not be visible to others.
    candidates: (documents) =>
      documents
        .filter((_, index) => index % 2 === 0)
        .map((text) => text.replace('s3:GetObject', 's3:*')),
    issuer: own,
  })
  return {
    app: broker.app,
    broker,
    sts: broker.sts,
    members,
    issuerRequests: () => servers.reduce((sum, { requests }) => sum + requests.length, 0),
  }
}

function documentOf({ tenant, issuer, audience, jwksUri }: Member, more: object): string {
  const member = MEMBERS[tenant]
  const role = `arn:aws:iam::111122223333:role/${tenant}`
  const policy = [
    { Effect: 'Allow', Action: 's3:GetObject', Resource: `arn:aws:s3:::${tenant}/{{user}}/*` },
  ]
  return JSON.stringify({
    tenant,
    issuers: [
      {
        issuer,
        verify: { kind: 'jwt', ...(jwksUri === undefined ? {} : { jwksUri }) },
        audiences: [audience],
        ...(member === undefined ? {} : { member }),
      },
    ],
    attributes: { user: { from: 'claims.sub' } },
    rules: GRANTS.map((grant) => ({ name: grant, grant })),
    grants: {
      read: { role: `${role}-released`, policy, releasedAudience: `${tenant}-released`, ...more },
      write: { role, policy, sessionTags: { user: '{{user}}' }, ...more },
      passing: { role, policy, webIdentity: 'pass-through', ...more },
    },
  })
}
