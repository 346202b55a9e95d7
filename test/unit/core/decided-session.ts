/** One decision, and for each of its parts a decision that differs in this part alone. */
import {
  type DecidedSession,
  type DecisionSurroundings,
  writeDecision,
} from '../../../packages/core/src/reuse/decision-key.ts'

interface Decided {
  readonly decided: DecidedSession
  readonly surroundings: DecisionSurroundings
}

/** In place of values that only their stages can create. */
interface Members {
  readonly tenant: object
  readonly grant: object
  readonly identity: object
  readonly plan: object
  readonly poolIdentity: object
  readonly surroundings: object
}

const MINTED = {
  issuer: 'https://broker.example',
  audience: 'sts.amazonaws.com',
  subject: 'acme/read/digest',
  tagKeys: ['team'],
  sourceIdentity: 'alice',
}

const MEMBERS: Members = {
  tenant: { tenant: 'acme', certificate: { documentSha256: 'a', proofVersion: 1 } },
  grant: { name: 'read', rule: 'all', reuseSeconds: 300 },
  identity: {
    issuer: 'https://id.example',
    subject: 'alice',
    audiences: ['app'],
    authorizedParty: undefined,
    claims: { sub: 'alice', cnf: { jkt: 'key' }, exp: 1, jti: 'a' },
    actor: { issuer: 'https://id.example', subject: 'agent', claims: { sub: 'agent' } },
  },
  plan: {
    roleArn: 'arn:aws:iam::111122223333:role/app',
    roleSessionName: 'alice',
    sessionPolicyJson: '{}',
    managedPolicyArns: ['arn:aws:iam::aws:policy/A'],
    sessionTags: { team: 'red' },
    transitiveTagKeys: ['team'],
    sourceIdentity: 'alice',
    durationSeconds: 3600,
    webIdentity: 'minted',
    mintedToken: MINTED,
    releasedAudience: undefined,
  },
  poolIdentity: {
    id: 'eu-west-1:1',
    pool: 'eu-west-1:pool',
    provider: 'id.example',
    logins: ['id.example'],
    guest: false,
  },
  surroundings: { endpoint: 'native', network: '203.0.113.7', signingKeyId: 'key-1' },
}

/** Members replaced by name: `{ plan: { roleArn: '…' } }`. */
export type Difference = Partial<Members>

/** @param difference members in place of those of the decision */
function decidedWith(difference: Difference = {}): Decided {
  const merged = (name: keyof Members) => ({ ...MEMBERS[name], ...difference[name] })
  const { surroundings, ...decided } = {
    tenant: merged('tenant'),
    grant: merged('grant'),
    identity: merged('identity'),
    plan: merged('plan'),
    poolIdentity: merged('poolIdentity'),
    surroundings: merged('surroundings'),
  } as unknown as DecidedSession & { readonly surroundings: DecisionSurroundings }
  return { decided, surroundings }
}

export function textOfDecision(difference: Difference = {}): string {
  const { decided, surroundings } = decidedWith(difference)
  return writeDecision(decided, surroundings)
}

const actor = (change: object) => ({
  identity: {
    actor: {
      ...{ issuer: 'https://id.example', subject: 'agent', claims: { sub: 'agent' } },
      ...change,
    },
  },
})
const certificate = { documentSha256: 'a', proofVersion: 1 }
const before = { issuer: 'https://id.example', subject: 'before', claims: {} }
const minted = (change: object) => ({ plan: { mintedToken: { ...MINTED, ...change } } })
const passed = (claims: object) => ({
  plan: { webIdentity: 'pass-through', mintedToken: undefined },
  identity: { claims: { cnf: { jkt: 'key' }, ...claims } },
})

/** Each part of a decision, with a decision that differs from all others in this part. */
export const DIFFERENCES: readonly (readonly [part: string, difference: Difference])[] = [
  ['the tenant', { tenant: { tenant: 'beta' } }],
  ['the document', { tenant: { certificate: { ...certificate, documentSha256: 'b' } } }],
  ['the proof of the document', { tenant: { certificate: { ...certificate, proofVersion: 2 } } }],
  ['the grant', { grant: { name: 'write' } }],
  ['the rule', { grant: { rule: 'admins' } }],
  ['the time of reuse', { grant: { reuseSeconds: 60 } }],
  ['the issuer', { identity: { issuer: 'https://other.example' } }],
  ['the subject', { identity: { subject: 'bob' } }],
  ['the audiences', { identity: { audiences: ['app', 'other'] } }],
  ['the authorized party', { identity: { authorizedParty: 'client' } }],
  ['the key of the token', { identity: { claims: { sub: 'alice', cnf: { jkt: 'other' } } } }],
  ['the certificate of the token', { identity: { claims: { cnf: { 'x5t#S256': 'key' } } } }],
  ['whether a key binds the token', { identity: { claims: { sub: 'alice' } } }],
  ['whether cnf is null', { identity: { claims: { sub: 'alice', cnf: null } } }],
  ['whether an actor acts', { identity: { actor: undefined } }],
  ['the actor', actor({ subject: 'other' })],
  ['the issuer of the actor', actor({ issuer: 'https://other.example' })],
  ['the key of the actor', actor({ claims: { sub: 'agent', cnf: { jkt: 'key' } } })],
  ['who acted before', actor({ actor: before })],
  ['the role', { plan: { roleArn: 'arn:aws:iam::111122223333:role/other' } }],
  ['the session name', { plan: { roleSessionName: 'bob' } }],
  ['the session policy', { plan: { sessionPolicyJson: '{"Statement":[]}' } }],
  ['the managed policies', { plan: { managedPolicyArns: [] } }],
  ['the value of a tag', { plan: { sessionTags: { team: 'blue' } } }],
  ['the key of a tag', { plan: { sessionTags: { teams: 'red' } } }],
  ['the transitive tags', { plan: { transitiveTagKeys: [] } }],
  ['the source identity', { plan: { sourceIdentity: 'bob' } }],
  ['whether there is a source identity', { plan: { sourceIdentity: undefined } }],
  ['the duration', { plan: { durationSeconds: 900 } }],
  ['the issuer of the minted token', minted({ issuer: 'https://other.example' })],
  ['the audience of the minted token', minted({ audience: 'other' })],
  ['the subject of the minted token', minted({ subject: 'acme/read/other' })],
  ['the tag keys of the minted token', minted({ tagKeys: [] })],
  ['the source identity of the minted token', minted({ sourceIdentity: 'bob' })],
  ['the audience of released tokens', { plan: { releasedAudience: 'released' } }],
  ['whose token STS gets', passed({ sub: 'alice' })],
  ['a claim of the passed-through token', passed({ sub: 'alice', amr: ['mfa'] })],
  ['the value of such a claim', passed({ sub: 'alice', amr: ['pwd'] })],
  ['the identity in a pool', { poolIdentity: { id: 'eu-west-1:2' } }],
  ['the pool', { poolIdentity: { pool: 'eu-west-1:other' } }],
  ['the provider', { poolIdentity: { provider: 'other' } }],
  ['the logins', { poolIdentity: { logins: ['id.example', 'other'] } }],
  ['whether it is a guest', { poolIdentity: { guest: true } }],
  ['when the identity was created', { poolIdentity: { createdAt: 1 } }],
  ['the claimed guest', { poolIdentity: { claimedGuest: 'eu-west-1:3' } }],
  ['the endpoint', { surroundings: { endpoint: 'sts' } }],
  ['the network', { surroundings: { network: '203.0.113.8' } }],
  ['the signing key', { surroundings: { signingKeyId: 'key-2' } }],
]
