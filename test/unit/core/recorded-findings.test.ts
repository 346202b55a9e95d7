/** What the audit record has of requests that few callers send, and of those beyond a limit. */
import { describe, expect, it } from 'vitest'
import { BrokerError } from '../../../packages/core/src/model/broker-error.ts'
import type { DeveloperOperation } from '../../../packages/core/src/model/developer-request.ts'
import { sha256Hex } from '../../../packages/core/src/model/digest.ts'
import { type ExceededLimit, LimitReached } from '../../../packages/core/src/model/limit-reached.ts'
import { PoolRefusal } from '../../../packages/core/src/model/pool-refusal.ts'
import { createTrace } from '../../../packages/core/src/model/trace.ts'
import {
  type AuditRecord,
  createAuditRecord,
  type Findings,
} from '../../../packages/core/src/record/audit-record.ts'
import { limitedRecord } from '../../../packages/core/src/record/limited-record.ts'

const CALLER = {
  ...{ requestId: 'request-1', endpoint: 'native', clientIp: '203.0.113.7', userAgent: 'agent' },
  signal: new AbortController().signal,
}
const STARTED_MS = Date.UTC(2026, 10, 26, 12)
const ISSUER = 'https://id.example'
const LIMIT: ExceededLimit = {
  limit: 'subject',
  ...{ message: 'Beyond the limit.', retryAfterSeconds: 7 },
  caller: { tenant: { tenant: 'acme' }, issuer: ISSUER, subject: 'alice' },
}

/** As JSON: members that are undefined are absent. */
function recordOf(
  findings: object,
  refusal?: BrokerError,
  options?: Parameters<typeof createAuditRecord>[4],
): AuditRecord {
  const context = { ...CALLER, trace: createTrace() }
  const record = createAuditRecord(findings as Findings, context, STARTED_MS, refusal, options)
  return JSON.parse(JSON.stringify(record))
}

describe('a request beyond a limit', () => {
  it('names the limit and the caller, where it is known', () => {
    const userAgent = 'x'.repeat(300)
    const record = limitedRecord(new LimitReached(LIMIT), { ...CALLER, userAgent }, STARTED_MS)
    expect(record).toEqual({
      ...{ time: '2026-11-26T12:00:00.000Z', requestId: 'request-1', endpoint: 'native' },
      ...{ outcome: 'refused', code: 'throttled', limit: 'subject', reason: 'Beyond the limit.' },
      ...{ tenant: 'acme', issuer: ISSUER, subject: 'alice', clientIp: '203.0.113.7' },
      ...{ userAgent: `${'x'.repeat(255)}…`, durationsMs: {} },
    })
  })

  it('names nobody where nothing is known of the caller', () => {
    const refused = new LimitReached({ ...LIMIT, limit: 'refused', caller: undefined })
    const record = limitedRecord(refused, CALLER, STARTED_MS)
    expect(JSON.parse(JSON.stringify(record))).toEqual({
      ...{ time: '2026-11-26T12:00:00.000Z', requestId: 'request-1', endpoint: 'native' },
      ...{ outcome: 'refused', code: 'throttled', limit: 'refused', reason: 'Beyond the limit.' },
      ...{ clientIp: '203.0.113.7', userAgent: 'agent', durationsMs: {} },
    })
  })

  it('says to the caller when to come again, and nothing about the tenant', () => {
    const { callerMessage, retryAfterSeconds } = new LimitReached(LIMIT)
    expect(retryAfterSeconds).toBe(7)
    expect(callerMessage).toBe(
      'More requests were sent than are admitted: expected none for 7 s; wait so long, and send ' +
        'fewer requests.',
    )
  })

  it('names the limit where the tenant has accepted the caller', () => {
    expect(recordOf({}, new LimitReached(LIMIT))).toMatchObject({ limit: 'subject' })
    expect(recordOf({}, new BrokerError('throttled', 'By AWS.'))).not.toHaveProperty('limit')
  })
})

describe('a request of the backend of an app', () => {
  it.each<[DeveloperOperation['name'], AuditRecord['outcome']]>([
    ['GetOpenIdTokenForDeveloperIdentity', 'issued'],
    ['LookupDeveloperIdentity', 'identified'],
    ['MergeDeveloperIdentities', 'changed'],
    ['UnlinkDeveloperIdentity', 'changed'],
  ])('%s is %s', (operation, outcome) => {
    const result = { identityId: 'local:1', token: 'CANARY', users: ['CANARY'] }
    const developer = { pool: 'local:0', operation, keyId: 'AKIA1', result }
    const record = recordOf({ developer })
    expect(record).toMatchObject({
      ...{ outcome, operation, pool: 'local:0', backendKeyId: 'AKIA1', identityId: 'local:1' },
    })
    expect(JSON.stringify(record)).not.toContain('CANARY')
  })

  it('is an error without a result, and refused with a refusal', () => {
    const developer = { pool: 'local:0', operation: 'MergeDeveloperIdentities' }
    expect(recordOf({ developer }).outcome).toBe('error')
    const refusal = new PoolRefusal('conflict', 'They conflict.', 'They conflict in the table.')
    expect(recordOf({ developer }, refusal)).toMatchObject({
      ...{ outcome: 'refused', code: 'access_denied', identityConflict: true },
      reason: 'They conflict in the table.',
    })
    expect(recordOf({ developer })).not.toHaveProperty('identityConflict')
  })
})

describe('a request to an identity pool', () => {
  const poolIdentity = { id: 'local:1', pool: 'local:0', provider: 'id.example', logins: [] }
  const request = { subjectToken: '', tenant: 'acme', pool: { pool: 'local:0' } }

  it('has the pool and the identity, and no digest of a token that is not there', () => {
    const record = recordOf({ request, poolIdentity })
    expect(record).toMatchObject({
      ...{ pool: 'local:0', identityId: 'local:1', identityProvider: 'id.example' },
    })
    expect(record).not.toHaveProperty('subjectTokenSha256')
    expect(record).not.toHaveProperty('wantedTenant')
  })

  it('has no provider where the caller is a guest', () => {
    const guest = { ...poolIdentity, provider: '' }
    expect(recordOf({ request, poolIdentity: guest })).not.toHaveProperty('identityProvider')
  })

  it('is identified where nothing but the identity was wanted', () => {
    expect(recordOf({ poolIdentity }, undefined, { identified: true }).outcome).toBe('identified')
    expect(recordOf({ poolIdentity }).outcome).toBe('error')
    expect(recordOf({}, undefined, { identified: true }).outcome).toBe('error')
    const assumed = { accessKeyId: 'ASIA1' }
    expect(recordOf({ poolIdentity, assumed }).outcome).toBe('issued')
  })
})

describe('other requests', () => {
  it('of GetCallerIdentity have the session that signed them', () => {
    const identified = { accessKeyId: 'ASIA1', arn: 'arn:aws:sts::1:assumed-role/app/alice' }
    expect(recordOf({ identified })).toMatchObject({
      ...{ outcome: 'identified', accessKeyId: 'ASIA1', assumedRoleArn: identified.arn },
    })
  })

  it('of an actor have all who act, and the digest of the actor token', () => {
    const before = { issuer: ISSUER, subject: 'before', claims: { note: 'CANARY' } }
    const actor = { issuer: ISSUER, subject: 'agent', claims: { note: 'CANARY' }, actor: before }
    const identity = { issuer: ISSUER, subject: 'alice', audiences: [], claims: {}, actor }
    const request = { subjectToken: 'a.b.c', actorToken: 'd.e.f' }
    const record = recordOf({ identity, request })
    expect(record.actor).toEqual({
      ...{ issuer: ISSUER, subject: 'agent' },
      actor: { issuer: ISSUER, subject: 'before' },
    })
    expect(record.actorTokenSha256).toBe(sha256Hex('d.e.f'))
    const alone = recordOf({ identity: { ...identity, actor: undefined } })
    expect(alone).not.toHaveProperty('actor')
    expect(alone).not.toHaveProperty('actorTokenSha256')
  })

  it('that got a session again name its request and its end', () => {
    const assumed = {
      ...{ accessKeyId: 'ASIA1', identityFailure: 'The table was not available.' },
      expiration: new Date(STARTED_MS + 60_000),
    }
    expect(recordOf({ assumed, reusedFrom: 'request-0' })).toMatchObject({
      ...{ reusedFrom: 'request-0', sessionExpiresAt: '2026-11-26T12:01:00.000Z' },
      identityFailure: 'The table was not available.',
    })
    expect(recordOf({ assumed })).not.toHaveProperty('sessionExpiresAt')
    expect(recordOf({ reusedFrom: 'request-0' })).not.toHaveProperty('sessionExpiresAt')
  })

  it('have what a candidate document decided, the inputs, and what AWS probably refused', () => {
    const candidate = { recorded: { documentSha256: 'd', result: 'same' }, trace: createTrace() }
    const inputs = { endpoint: 'native', request: {} }
    const likelyCauses = ['The role does not trust the broker.']
    const refusal = new BrokerError('sts_rejected', 'STS: AccessDenied', { likelyCauses })
    const record = recordOf({ candidate, inputs }, refusal)
    expect(record).toMatchObject({ candidate: candidate.recorded, inputs, likelyCauses })
  })

  it('name the issuer of an opaque token, which is verified, before that of a JWT', () => {
    const opaque = { issuer: { issuer: 'https://opaque.example' } }
    const token = { issuer: 'https://unverified.example' }
    expect(recordOf({ opaque, token }).issuer).toBe('https://opaque.example')
    expect(recordOf({ token }).issuer).toBe('https://unverified.example')
  })

  it('of a grant that mints nothing have no minted token, also where one is released', () => {
    const plan = { webIdentity: 'minted', sessionPolicyJson: '{}' }
    expect(recordOf({ plan })).not.toHaveProperty('webIdentity')
    expect(recordOf({ plan, releasedAudience: 'app' })).not.toHaveProperty('webIdentity')
    expect(recordOf({ releasedAudience: 'app' })).not.toHaveProperty('webIdentity')
  })
})
