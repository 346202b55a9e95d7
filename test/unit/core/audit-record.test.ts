/** The audit record: every field that is known, and a pessimistic outcome. */
import { describe, expect, it } from 'vitest'
import { BrokerError, REFUSAL_CODES } from '../../../packages/core/src/model/broker-error.ts'
import { sha256Hex } from '../../../packages/core/src/model/digest.ts'
import { PoolRefusal } from '../../../packages/core/src/model/pool-refusal.ts'
import type { Caller } from '../../../packages/core/src/model/request-context.ts'
import { createTrace, recordCheck } from '../../../packages/core/src/model/trace.ts'
import {
  createAuditRecord,
  type Findings,
  repeatAuditRecord,
} from '../../../packages/core/src/record/audit-record.ts'

const CALLER: Caller = {
  requestId: 'request-1',
  endpoint: 'native',
  clientIp: '203.0.113.7',
  userAgent: 'agent',
  signal: new AbortController().signal,
}
const STARTED_MS = Date.UTC(2026, 10, 26, 12)
const POLICY = '{"Version":"2012-10-17","Statement":[]}'
const MINTED_TOKEN = {
  ...{ issuer: 'https://broker.example', audience: 'sts.amazonaws.com' },
  ...{ subject: 'acme/read/abc', tagKeys: ['team'], sourceIdentity: 'alice' },
}
/** What a request found that was issued; only the members that the record reads. */
const ISSUED = {
  request: {
    ...{ subjectToken: 'a.b.c', wantedSessionName: 'mine' },
    ...{ tenant: 'acme', grant: 'read', roleArn: 'arn:aws:iam::111122223333:role/app' },
  },
  token: {
    ...{ compact: 'a.b.c', issuer: 'https://unverified.example', claims: { aud: 'other' } },
    ...{ keyId: 'key-1', algorithm: 'RS256' },
  },
  identity: {
    ...{ issuer: 'https://id.example', subject: 'alice', audiences: ['acme-app'] },
    claims: { exp: Date.UTC(2026, 10, 26, 13) / 1000 },
  },
  tenant: { tenant: 'acme' },
  grant: { name: 'read', rule: 'everybody reads' },
  plan: {
    roleArn: 'arn:aws:iam::111122223333:role/app',
    roleSessionName: 'alice-abc',
    sourceIdentity: 'alice',
    sessionTags: { team: 'red' },
    sessionPolicyJson: POLICY,
    durationSeconds: 3600,
    webIdentity: 'minted',
    mintedToken: MINTED_TOKEN,
  },
  assumed: {
    accessKeyId: 'ASIA1',
    secretAccessKey: 'CANARY-secret',
    sessionToken: 'CANARY-session',
    assumedRoleArn: 'arn:aws:sts::111122223333:assumed-role/app/alice-abc',
    sessionTokenUtilization: 12,
    sessionTokenSize: 1187,
  },
} as unknown as Findings

describe('a record', () => {
  it('has every field of a request that was issued, and no secret', () => {
    const record = recordOf(ISSUED)
    expect(JSON.parse(JSON.stringify(record))).toEqual({
      time: '2026-11-26T12:00:00.000Z',
      requestId: 'request-1',
      endpoint: 'native',
      outcome: 'issued',
      tenant: 'acme',
      wantedTenant: 'acme',
      wantedGrant: 'read',
      wantedRoleArn: 'arn:aws:iam::111122223333:role/app',
      issuer: 'https://id.example',
      subject: 'alice',
      tokenAudiences: ['acme-app'],
      keyId: 'key-1',
      algorithm: 'RS256',
      expiresAt: '2026-11-26T13:00:00Z',
      rule: 'everybody reads',
      grant: 'read',
      roleArn: 'arn:aws:iam::111122223333:role/app',
      roleSessionName: 'alice-abc',
      wantedSessionName: 'mine',
      sourceIdentity: 'alice',
      sessionTags: { team: 'red' },
      webIdentity: MINTED_TOKEN,
      policySha256: sha256Hex(POLICY),
      sessionTokenUtilization: 12,
      sessionTokenSize: 1187,
      durationSeconds: 3600,
      accessKeyId: 'ASIA1',
      assumedRoleArn: 'arn:aws:sts::111122223333:assumed-role/app/alice-abc',
      subjectTokenSha256: sha256Hex('a.b.c'),
      clientIp: '203.0.113.7',
      userAgent: 'agent',
      durationsMs: {},
    })
    expect(JSON.stringify(record)).not.toContain('CANARY')
    expect(JSON.stringify(record)).not.toContain('a.b.c')
  })

  it('names the proof of the tenant’s document', () => {
    const certificate = { documentSha256: 'd'.repeat(64), proofVersion: 1 }
    const findings = { ...ISSUED, tenant: { tenant: 'acme', certificate } } as unknown as Findings
    expect(recordOf(findings)).toMatchObject(certificate)
  })

  it('names a new guest, and logins that cannot belong to one identity', () => {
    const guest = { id: 'r:1', pool: 'r:0', provider: '', logins: [], guest: true }
    const newGuest = (isNew: object) => recordOf({ poolIdentity: { ...guest, ...isNew } }).newGuest
    expect([newGuest({}), newGuest({ isNew: true })]).toEqual([undefined, true])
    const conflict = (problem: 'conflict' | 'not-found') =>
      recordOf({}, {}, new PoolRefusal(problem, 'No.')).identityConflict
    expect([conflict('conflict'), conflict('not-found')]).toEqual([true, undefined])
  })

  it('of a released token has no session of the broker', () => {
    const { assumed: _, ...rest } = ISSUED
    const record = recordOf({ ...rest, releasedAudience: 'acme-released' })
    expect(record).toMatchObject({
      outcome: 'issued',
      releasedAudience: 'acme-released',
      roleArn: 'arn:aws:iam::111122223333:role/app',
      sourceIdentity: 'alice',
      roleSessionName: undefined,
      policySha256: undefined,
      durationSeconds: undefined,
      webIdentity: { ...MINTED_TOKEN, audience: 'acme-released' },
    })
  })

  it('names no minted token where the caller’s own was passed through', () => {
    const plan = { ...ISSUED.plan, webIdentity: 'pass-through' }
    expect(recordOf({ ...ISSUED, plan } as unknown as Findings).webIdentity).toBeUndefined()
  })

  it('of a request of which nothing is known has only the caller', () => {
    expect(JSON.parse(JSON.stringify(recordOf({})))).toEqual({
      time: '2026-11-26T12:00:00.000Z',
      requestId: 'request-1',
      endpoint: 'native',
      outcome: 'error',
      clientIp: '203.0.113.7',
      userAgent: 'agent',
      durationsMs: {},
    })
  })
})

describe('text that is not verified', () => {
  it.each([
    [255, 255],
    [256, 256],
    [257, 256],
    [20_000, 256],
  ])('of %i characters has %i', (length, kept) => {
    const text = 'x'.repeat(length)
    const shown = length === kept ? text : `${text.slice(0, 255)}…`
    expect(recordOf({ token: { issuer: text } } as unknown as Findings).issuer).toBe(shown)
    expect(recordOf({}, { userAgent: text }).userAgent).toBe(shown)
  })

  it('is shortened in each field of a token and of a request', () => {
    const long = 'x'.repeat(300)
    const shown = `${'x'.repeat(255)}…`
    const token = { issuer: '', compact: '', keyId: long, algorithm: long }
    const claims = { aud: Array(9).fill(long) }
    const request = { tenant: long, grant: long, roleArn: long }
    const found = { token: { ...token, claims }, request } as unknown as Findings
    expect(recordOf(found)).toMatchObject({
      ...{ keyId: shown, algorithm: shown, tokenAudiences: Array(5).fill(shown) },
      ...{ wantedTenant: shown, wantedGrant: shown, wantedRoleArn: shown },
    })
  })

  it('is well-formed where a character is cut', () => {
    const text = `${'x'.repeat(254)}😀😀`
    const { issuer } = recordOf({ token: { issuer: text } } as unknown as Findings)
    expect(issuer).toBe(`${'x'.repeat(254)}\uFFFD…`)
  })

  it.each([
    ['a text', { aud: 'one' }, ['one']],
    ['a list with other values', { aud: ['one', 2, null, 'two'] }, ['one', 'two']],
    ['of another type', { aud: { a: 1 } }, []],
    ['absent', {}, undefined],
  ])('of an audience that is %s', (_, claims, expected) => {
    const token = { issuer: '', compact: '', claims }
    expect(recordOf({ token } as unknown as Findings).tokenAudiences).toEqual(expected)
  })

  it.each([
    [1.5, '1970-01-01T00:00:01Z'],
    [253_402_300_799, '9999-12-31T23:59:59Z'],
    [253_402_300_800, undefined],
    [-1, undefined],
    [Number.NaN, undefined],
    ['1', undefined],
    [1n, undefined],
  ])('of the expiry %s is %s', (exp, expected) => {
    const token = { issuer: '', compact: '', claims: { exp } }
    expect(recordOf({ token } as unknown as Findings).expiresAt).toBe(expected)
  })

  it('has no tenant that a caller of an identity pool did not name', () => {
    const request = { tenant: 'acme', pool: { pool: 'local:1' } }
    expect(recordOf({ request } as unknown as Findings).wantedTenant).toBeUndefined()
  })

  it('is replaced by the verified issuer, which is recorded in full', () => {
    const issuer = `https://id.example/${'x'.repeat(300)}`
    const identity = { issuer, subject: 'a', audiences: [], claims: {} }
    const findings = { ...ISSUED, identity } as unknown as Findings
    expect(recordOf(findings).issuer).toBe(issuer)
  })

  it('may be absent', () => {
    expect(recordOf({}, { userAgent: undefined }).userAgent).toBeUndefined()
  })
})

describe('the outcome', () => {
  it.each(REFUSAL_CODES)('of the refusal %s', (code) => {
    const isError = code === 'internal' || code === 'config_invalid'
    // A refusal counts, even if credentials exist: they are not sent.
    for (const findings of [{}, ISSUED])
      expect(recordOf(findings, {}, new BrokerError(code, 'Why.'))).toMatchObject({
        outcome: isError ? 'error' : 'refused',
        code,
        reason: 'Why.',
      })
  })

  it('is an error where there is neither a refusal nor a result', () => {
    const { assumed: _, ...planned } = ISSUED
    expect(recordOf(planned).outcome).toBe('error')
  })

  it('of an explanation is that nothing was issued', () => {
    const explained = (findings: Findings, refusal?: BrokerError) =>
      createAuditRecord(findings, { ...CALLER, trace: createTrace() }, STARTED_MS, refusal, {
        explained: true,
      }).outcome
    expect(explained(ISSUED)).toBe('explained')
    expect(explained({})).toBe('error')
    expect(explained({}, new BrokerError('access_denied', 'Why.'))).toBe('refused')
  })
})

describe('the reason', () => {
  const refusal = new BrokerError('invalid_token', 'It is not valid.')
  const reasonAfter = (...results: readonly boolean[]) => {
    const trace = createTrace()
    for (const [at, passed] of results.entries())
      recordCheck(trace, 'verify', `check ${at}`, passed)
    return createAuditRecord({}, { ...CALLER, trace }, STARTED_MS, refusal).reason
  }

  it('names the check at which the request ended', () => {
    expect(reasonAfter()).toBe('It is not valid.')
    expect(reasonAfter(true)).toBe('It is not valid.')
    expect(reasonAfter(true, false)).toBe('It is not valid. (verify: check 1)')
    expect(reasonAfter(false, true)).toBe('It is not valid.')
  })

  it('is absent where nothing is refused', () => {
    expect(recordOf(ISSUED).reason).toBeUndefined()
  })
})

it('a repeated refusal has its own time and id, and says that it is repeated', () => {
  const first = recordOf({}, {}, new BrokerError('access_denied', 'Why.'))
  const durationsMs = { verify: 3 }
  const second = repeatAuditRecord({ ...first, durationsMs }, 'request-2', STARTED_MS + 1500)
  expect(second).toEqual({
    ...first,
    time: '2026-11-26T12:00:01.500Z',
    requestId: 'request-2',
    reason: 'Why. (repeated from a moment ago)',
    durationsMs: {},
  })
})

function recordOf(findings: Findings, caller: Partial<Caller> = {}, refusal?: BrokerError) {
  const context = { ...CALLER, ...caller, trace: createTrace() }
  return createAuditRecord(findings, context, STARTED_MS, refusal)
}
