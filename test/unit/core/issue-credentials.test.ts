/** The request path: each outcome is recorded once before it is returned, each failure refused. */
import { getEventListeners } from 'node:events'
import { BrokerError, MalformedPolicy } from '@token-broker/core'
import { describe, expect, it } from 'vitest'
import { ASSUMED, createRequestPath, ISSUER, ROLE, TENANTS } from './run-request.ts'

/** Each lap of the tests' clock, in milliseconds with two places, rounded down. */
const LAP_MS = 1.23
const POLICY = JSON.stringify({
  Version: '2012-10-17',
  Statement: { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::b/alice/a' },
})

describe('credentials', () => {
  it('are issued after the record is written, with the names of what issued them', async () => {
    const { issue, calls, records, assumedWith } = createRequestPath()
    const issued = await issue({ sessionPolicy: POLICY })
    expect(issued).toEqual({
      credentials: ASSUMED,
      tenant: 'acme',
      grant: 'read',
      identity: expect.objectContaining({ issuer: ISSUER, subject: 'alice', audiences: ['app'] }),
      sourceIdentity: expect.stringMatching(/^alice/),
      requestedPolicy: POLICY,
    })
    expect(calls).toEqual(['verify', 'sign', 'assume', 'audit'])
    expect(assumedWith).toMatchObject([
      {
        roleArn: ROLE,
        webIdentityToken: 'minted for sts.amazonaws.com',
        sessionPolicyJson: expect.stringContaining('arn:aws:s3:::b/alice/a'),
      },
    ])
    expect(records).toMatchObject([
      {
        time: '1970-01-01T00:25:00.000Z',
        requestId: 'request-1',
        outcome: 'issued',
        code: undefined,
        ...{ tenant: 'acme', rule: 'all read', grant: 'read', roleArn: ROLE, subject: 'alice' },
        accessKeyId: 'ASIA1',
      },
    ])
  })

  it('have the duration of each stage in their record', async () => {
    const { issue, records } = createRequestPath()
    await issue()
    expect(records[0]?.durationsMs).toEqual({
      ...{ verify: LAP_MS, resolve: LAP_MS, match: LAP_MS, render: LAP_MS },
      ...{ obtain: LAP_MS, assume: LAP_MS },
    })
  })

  it('are not issued without a record', async () => {
    const cause = new Error('the log is full')
    const { issue } = createRequestPath({ audit: { write: () => Promise.reject(cause) } })
    const outcome = await issue()
    expect(outcome).toBeInstanceOf(BrokerError)
    expect(outcome).toMatchObject({
      code: 'internal',
      message: 'The audit record could not be written.',
      cause,
    })
  })
})

describe('a released token', () => {
  it('is minted for the audience of the grant, recorded, and not used', async () => {
    const { release, calls, records } = createRequestPath()
    expect(await release({ grant: 'released' })).toEqual({
      token: {
        compact: 'minted for acme-released',
        audience: 'acme-released',
        lifetimeSeconds: 300,
      },
      tenant: 'acme',
      grant: 'released',
    })
    expect(calls).toEqual(['verify', 'sign', 'audit'])
    expect(records).toMatchObject([
      { outcome: 'issued', releasedAudience: 'acme-released', grant: 'released' },
    ])
    expect(records[0]?.durationsMs).toEqual({
      ...{ verify: LAP_MS, resolve: LAP_MS, match: LAP_MS, render: LAP_MS, obtain: LAP_MS },
    })
  })

  it('does not exist for another grant, and the refusal has the time that it took', async () => {
    const { release, calls, records } = createRequestPath()
    expect(await release()).toMatchObject({ code: 'access_denied' })
    expect(calls).toEqual(['verify', 'audit'])
    expect(records).toMatchObject([
      { outcome: 'refused', code: 'access_denied', grant: 'read', durationsMs: { obtain: LAP_MS } },
    ])
  })
})

describe('an explanation', () => {
  it('says what would be issued, after a record that nothing was', async () => {
    const { explain, calls, records } = createRequestPath()
    const { trace, ...decision } = await explain()
    expect(decision).toEqual({
      refusal: undefined,
      tenant: 'acme',
      rule: 'all read',
      grant: 'read',
      plan: expect.objectContaining({ roleArn: ROLE }),
      isVerified: true,
    })
    expect(trace.checks.length).toBeGreaterThan(5)
    expect(calls).toEqual(['verify', 'audit'])
    expect(records).toMatchObject([{ outcome: 'explained', time: '1970-01-01T00:25:00.000Z' }])
  })

  it('says at which stage a request ends, and that nothing is verified', async () => {
    const verify = () => Promise.reject(new BrokerError('invalid_token', 'No key verifies it.'))
    const { explain, records } = createRequestPath({ verifier: { verify } })
    const { trace: _, ...decision } = await explain()
    expect(decision).toEqual({
      refusal: expect.objectContaining({ code: 'invalid_token' }),
      ...{ tenant: undefined, rule: undefined, grant: undefined, plan: undefined },
      isVerified: false,
    })
    expect(records).toMatchObject([{ outcome: 'refused', durationsMs: { verify: LAP_MS } }])
  })

  it('is not given without a record', async () => {
    const cause = new Error('the log is full')
    const { explain } = createRequestPath({ audit: { write: () => Promise.reject(cause) } })
    await expect(explain()).rejects.toBe(cause)
  })
})

describe('a refusal', () => {
  it('of what the endpoint could not read is recorded, and no stage runs', async () => {
    const refusal = new BrokerError('invalid_request', 'The body is not JSON.')
    const { issue, calls, records } = createRequestPath()
    expect(await issue(refusal)).toBe(refusal)
    expect(calls).toEqual(['audit'])
    expect(records).toMatchObject([
      { outcome: 'refused', code: 'invalid_request', durationsMs: {} },
    ])
  })

  it.each([
    ['fields beyond the limits', { durationSeconds: 1 }, { subjectTokenSha256: undefined }],
    [
      'a malformed token',
      { subjectToken: 'a.b' },
      { issuer: undefined, subjectTokenSha256: expect.any(String) },
    ],
    ['another tenant', { tenant: 'beta' }, { issuer: ISSUER, subject: 'alice', tenant: undefined }],
    ['another grant', { grant: 'write' }, { tenant: 'acme', grant: undefined }],
    [
      'a wider policy',
      { sessionPolicy: POLICY.replace('alice/a', '*') },
      { tenant: 'acme', grant: 'read', rule: 'all read', roleArn: undefined },
    ],
  ])('over %s is recorded with what was found until then', async (_, fields, found) => {
    const { issue, calls, records } = createRequestPath()
    const outcome = await issue(fields)
    expect(outcome).toBeInstanceOf(BrokerError)
    expect(records).toMatchObject([{ outcome: 'refused', ...found }])
    expect(calls).not.toContain('sign')
    expect(calls).not.toContain('assume')
  })

  it('over a signature has the issuer that the token names', async () => {
    const verify = () => Promise.reject(new BrokerError('invalid_token', 'No key verifies it.'))
    const { issue, records } = createRequestPath({ verifier: { verify } })
    await issue()
    expect(records).toMatchObject([{ issuer: ISSUER, subject: undefined }])
  })

  it('by STS is recorded with the plan', async () => {
    const refusal = new BrokerError('sts_rejected', 'STS does not trust the issuer.')
    const assumeRoleWithWebIdentity = () => Promise.reject(refusal)
    const { issue, records } = createRequestPath({ sts: { assumeRoleWithWebIdentity } })
    expect(await issue()).toMatchObject({ code: 'sts_rejected', message: refusal.message })
    expect(records).toMatchObject([
      { outcome: 'refused', code: 'sts_rejected', roleArn: ROLE, durationsMs: { assume: LAP_MS } },
    ])
  })
})

describe('a policy that is too large, or that STS does not accept', () => {
  const errors = [
    new BrokerError('policy_too_large', 'The session policy is too large.'),
    new MalformedPolicy('STS cannot read the policy.'),
  ]
  const issueWith = (error: Error, sessionPolicy?: string) => {
    const assumeRoleWithWebIdentity = () => Promise.reject(error)
    const { issue } = createRequestPath({ sts: { assumeRoleWithWebIdentity } })
    return issue(sessionPolicy === undefined ? {} : { sessionPolicy })
  }

  it.each(errors)('is the error of the caller who sent it: $message', async (error) => {
    expect(await issueWith(error, POLICY)).toMatchObject({
      code: 'invalid_request',
      message: error.message,
      callerMessage:
        'AWS STS does not accept the policy, or it is too large together with what the grant ' +
        'denies and with the session tags; send a shorter or simpler policy.',
      cause: error,
    })
  })

  it.each(errors)('is the operator’s where it is the grant’s own: $message', async (error) => {
    const { code, message } = error
    expect(await issueWith(error)).toMatchObject({ code, message })
  })

  it('is the operator’s where no request was read', async () => {
    const error = new BrokerError('policy_too_large', 'The session policy is too large.')
    const { issue } = createRequestPath()
    expect(await issue(error)).toBe(error)
  })

  it('is not the reason of another refusal', async () => {
    const error = new BrokerError('sts_rejected', 'STS does not trust the issuer.')
    expect(await issueWith(error, POLICY)).toMatchObject({
      ...{ code: 'sts_rejected', message: error.message },
      callerMessage: expect.stringContaining('refused a session of the grant "read"'),
    })
  })
})

describe('what is not foreseen', () => {
  it.each([
    [new TypeError('CANARY'), 'Unexpected TypeError.'],
    ['CANARY', 'Unexpected string.'],
    [7, 'Unexpected number.'],
  ])('is an internal error that quotes nothing: %o', async (thrown, message) => {
    const { issue, records } = createRequestPath({
      sts: { assumeRoleWithWebIdentity: () => Promise.reject(thrown) },
    })
    expect(await issue()).toMatchObject({ code: 'internal', message, cause: thrown })
    expect(records).toMatchObject([{ outcome: 'error', code: 'internal', reason: message }])
  })
})

describe('the deadline', () => {
  const never = () => new Promise<never>(() => undefined)
  const late = {
    code: 'upstream_unavailable',
    message: 'Nothing was decided before the deadline.',
    retryAfterSeconds: 1,
  }

  it.each([
    ['keys', { verifier: { verify: never } }],
    [
      'trusts',
      {
        tenants: {
          findTrusts: never,
          findPool: async () => undefined,
          load: async () => undefined,
        },
      },
    ],
  ])('ends a request that waits for %s', async (_, ports) => {
    const { issue, abort, records } = createRequestPath(ports)
    const outcome = issue()
    abort()
    expect(await outcome).toMatchObject(late)
    expect(records).toMatchObject([{ outcome: 'refused', code: 'upstream_unavailable' }])
  })

  it('ends a request that waits for the document of a tenant', async () => {
    const load = () => {
      setImmediate(abort)
      return never()
    }
    const { issue, abort, records } = createRequestPath({ tenants: { ...TENANTS, load } })
    expect(await issue()).toMatchObject(late)
    expect(records).toMatchObject([{ subject: 'alice', tenant: undefined }])
  })

  it('that is over already ends a request', async () => {
    const { issue, abort } = createRequestPath({ verifier: { verify: never } })
    abort()
    expect(await issue()).toMatchObject(late)
  })

  it('is observed no longer once the request has ended', async () => {
    const { issue, caller } = createRequestPath()
    await issue()
    expect(getEventListeners(caller.signal, 'abort')).toEqual([])
  })
})
