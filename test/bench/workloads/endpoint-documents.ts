/** The tenant documents of the rows of endpoints. */
import { DEVELOPER_PROVIDER, POOL_ID, POOL_PROVIDER } from './pool-settings.ts'

const ROLE = 'arn:aws:iam::111122223333:role/acme-app'

/** The same policy for every row: the name of the user is a part of it. */
function grant(more: object = {}): object {
  return {
    role: ROLE,
    sessionName: '{{user}}',
    policy: [
      {
        ...{ Sid: 'ReadReports', Effect: 'Allow', Action: ['s3:GetObject'] },
        Resource: 'arn:aws:s3:::acme-data/{{user}}/*',
      },
    ],
    ...more,
  }
}

const SHARED = [
  { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::acme-data/shared/*' },
]
const ATTRIBUTES = { user: { from: 'claims.sub', pattern: '[a-z0-9-]{1,32}' } }

function ofJwts(issuer: string): object {
  return {
    ...{ issuer, audiences: ['bench'], verify: { kind: 'jwt', jwksUri: `${issuer}/jwks` } },
  }
}

/** Grants that are passed through, minted, released, and for an actor. */
export function acmeDocument(issuer: string): object {
  const support = '"support" in claims.groups'
  return {
    tenant: 'acme',
    issuers: [ofJwts(issuer)],
    attributes: ATTRIBUTES,
    rules: [
      { name: 'an actor', when: `actor.issuer == "${issuer}"`, grant: 'acted' },
      ...['passed', 'minted', 'released'].map((name) => ({ name, when: support, grant: name })),
    ],
    grants: {
      passed: grant({ webIdentity: 'pass-through' }),
      minted: grant(),
      released: grant({ role: `${ROLE}-released`, releasedAudience: 'acme-released' }),
      acted: grant({ webIdentity: 'pass-through' }),
    },
  }
}

export function assertionDocument(origin: string): object {
  const metadataUrl = `${origin}/metadata`
  const recipients = [origin]
  return withIssuer({
    ...{ issuer: metadataUrl, audiences: ['bench'], maxTokenAge: '24h' },
    verify: { kind: 'saml', metadataUrl, recipients, multiValued: ['groups'] },
  })
}

export function opaqueDocument(issuer: object): object {
  return withIssuer(issuer)
}

/** A pool of a backend's own users. */
export function poolTenant(issuer: string): object {
  return {
    ...withIssuer(ofJwts(issuer)),
    identityPools: [
      {
        ...{ id: POOL_ID, secret: 'pool', logins: { [POOL_PROVIDER]: issuer }, linking: true },
        developerProvider: DEVELOPER_PROVIDER,
      },
    ],
    // The subject of a developer identity is its id, which has a colon.
    grants: { minted: { role: ROLE, policy: SHARED } },
  }
}

function withIssuer(issuer: object): object {
  return {
    tenant: 'acme',
    issuers: [issuer],
    attributes: { user: { from: 'claims.sub', acrossIssuers: true } },
    rules: [{ name: 'all', grant: 'minted' }],
    grants: { minted: grant() },
  }
}
