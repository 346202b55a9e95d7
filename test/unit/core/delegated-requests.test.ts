/** A request in which an actor acts for the subject: how it is verified, and what it gets. */
import type { RequestFields } from '@token-broker/core'
import { describe, expect, it } from 'vitest'
import { digestOf } from '../../../packages/core/src/model/digest.ts'
import { showTrace } from '../../../packages/core/src/model/trace.ts'
import { createDelegation, OPAQUE, PARTNER, USERS } from './delegation.ts'
import { compactToken } from './unsigned-tokens.ts'

const times = { iat: 1000, exp: 2000 }
const userToken = (claims: object = {}) =>
  compactToken({ iss: USERS, sub: 'alice', aud: 'app', org: 'acme', ...times, ...claims })
const partnerToken = (claims: object = {}) =>
  compactToken({ iss: PARTNER, sub: 'crawler', aud: 'partner', ...times, ...claims })

const DELEGATED = { subjectToken: userToken(), actorToken: partnerToken() }
const AGENT = { sub: 'agent' }

describe('an actor token', () => {
  it('of another issuer of the tenant makes its subject the actor', async () => {
    const path = createDelegation()
    expect(await path.issue(DELEGATED)).toMatchObject({ grant: 'acting' })
    expect(path.records).toMatchObject([
      {
        outcome: 'issued',
        issuer: USERS,
        subject: 'alice',
        actor: { issuer: PARTNER, subject: 'crawler' },
        rule: 'the partner',
        actorTokenSha256: expect.stringMatching(/^[0-9a-f]{64}$/),
        sessionTags: { user: 'alice', actor: 'crawler' },
      },
    ])
    expect(path.minted).toMatchObject([
      {
        sub: `acme/acting/${digestOf(USERS, 'alice')}`,
        act: { iss: PARTNER, sub: 'crawler' },
      },
    ])
  })

  it('shows its checks in the explanation, after those of the subject token', async () => {
    const { trace, isVerified, refusal } = await createDelegation().explain(DELEGATED)
    const checks = showTrace(trace).map(({ check }) => check)
    const own = checks.filter((check) => check.startsWith('actor: '))
    expect([refusal, isVerified]).toEqual([undefined, true])
    expect(own).toEqual([
      'actor: token is well formed',
      'actor: tenant acme trusts the issuer',
      'actor: algorithm is allowed',
      'actor: token type is accepted',
      'actor: signature is the issuer’s',
      'actor: token is not about an event (events)',
      'actor: token is not delegated (act)',
      'actor: exp is a time in seconds',
      'actor: iat is a time in seconds',
      'actor: token was not issued in the future (iat)',
      'actor: token has not expired (exp)',
      'actor: token is not too old (iat, maxTokenAge)',
      'actor: sub is a non-empty string',
      'actor: aud contains only strings',
      'actor: azp and client_id are non-empty strings',
      'actor: tenant acme accepts the audience',
      'actor: tenant acme accepts the authorized party',
      'actor: token is not delegated (act)',
      'actor: subject of the actor is usable',
    ])
    const accepted = checks.indexOf('exactly one tenant accepts the token')
    expect(accepted).toBeLessThan(checks.indexOf('actor: token is well formed'))
  })

  it.each([
    ['malformed', 'not a token', 'invalid_token'],
    ['expired', partnerToken({ exp: 1400 }), 'token_expired'],
    ['too old', partnerToken({ iat: -90_000 }), 'invalid_token'],
    [
      'of an issuer that the tenant does not trust',
      partnerToken({ iss: 'https://other.example' }),
      'issuer_untrusted',
    ],
    ['for another audience', partnerToken({ aud: 'app' }), 'access_denied'],
    [
      'of another tenant, at a shared issuer',
      userToken({ sub: 'b', org: 'beta' }),
      'access_denied',
    ],
    ['bound to a key', partnerToken({ cnf: { jkt: 'x'.repeat(43) } }), 'invalid_token'],
    ['about an event', partnerToken({ events: {} }), 'invalid_token'],
    ['delegated itself', partnerToken({ act: AGENT }), 'invalid_token'],
    ['delegated itself, where the issuer may delegate', userToken({ act: AGENT }), 'invalid_token'],
    ['of a subject that is too long', partnerToken({ sub: 'a'.repeat(256) }), 'invalid_token'],
    ['signed by another key', partnerToken({ forged: true }), 'invalid_token'],
    ['empty', '', 'invalid_request'],
    ['for which nobody vouches', 'opaque-other', 'invalid_token'],
  ])('%s is refused', async (_name, actorToken, code) => {
    const path = createDelegation()
    const tenant = actorToken.startsWith('opaque') ? { tenant: 'acme' } : {}
    const fields = { ...DELEGATED, ...tenant, actorToken }
    expect(await path.issue(fields)).toMatchObject({ code })
    expect(path.calls).not.toContain('assume')
    const [record] = path.records
    expect(record).toMatchObject({ outcome: 'refused', code })
    expect(record?.actor).toBeUndefined()
    expect(record?.reason).not.toContain('subject token')
    if (code !== 'invalid_request')
      expect(record).toMatchObject({ subject: 'alice', tenant: 'acme' })
  })

  it('is named in what the caller and the operator read about it', async () => {
    const path = createDelegation()
    expect(await path.issue({ ...DELEGATED, actorToken: 'x.y.z' })).toMatchObject({
      message: 'The actor token has a signature that is not canonical base64url.',
      callerMessage:
        'The actor token is not well formed: expected a signed JWT in its one exact form ' +
        '(RFC 7515), found that it has a signature that is not canonical base64url; send it as ' +
        'the identity provider issued it, or let the provider correct it.',
    })
    const foreign = await path.issue({ ...DELEGATED, actorToken: partnerToken({ aud: 'x' }) })
    expect(foreign).toMatchObject({
      code: 'access_denied',
      callerMessage: expect.stringMatching(
        /and a request that names no tenant .* by an actor; correct /,
      ),
    })
  })

  it('is not read before the subject token is accepted', async () => {
    for (const subjectToken of [userToken({ exp: 1400 }), userToken({ aud: 'x' }), 'x']) {
      const path = createDelegation()
      await path.issue({ subjectToken, actorToken: partnerToken() })
      expect(path.verified.filter((issuer) => issuer === PARTNER)).toEqual([])
    }
  })

  it('says nothing of its issuer to a caller whose actor is not known', async () => {
    const path = createDelegation()
    const forged = { ...DELEGATED, actorToken: partnerToken({ forged: true }) }
    expect((await path.explain(forged)).isVerified).toBe(false)
    expect((await path.explain({ subjectToken: userToken() })).isVerified).toBe(true)
    const expired = { ...DELEGATED, subjectToken: userToken({ exp: 1400 }) }
    expect((await path.explain(expired)).isVerified).toBe(false)
  })

  it('may be opaque: its issuer is asked', async () => {
    const path = createDelegation()
    const fields = { ...DELEGATED, actorToken: 'opaque-robot' }
    for (const actorIssuer of [undefined, OPAQUE]) {
      const named = actorIssuer === undefined ? {} : { actorIssuer }
      expect(await path.issue({ ...fields, ...named })).toMatchObject({ grant: 'acting' })
      expect(path.records.at(-1)?.actor).toEqual({ issuer: OPAQUE, subject: 'robot' })
    }
    expect(await path.issue({ ...fields, actorIssuer: PARTNER })).toMatchObject({
      code: 'invalid_token',
    })
  })

  it('is of the issuer that the request names', async () => {
    const path = createDelegation()
    expect(await path.issue({ ...DELEGATED, actorIssuer: PARTNER })).toMatchObject({
      grant: 'acting',
    })
    expect(await path.issue({ ...DELEGATED, actorIssuer: USERS })).toMatchObject({
      code: 'invalid_token',
    })
    const without = await path.issue({ subjectToken: userToken(), actorIssuer: USERS })
    expect(without).toMatchObject({ code: 'invalid_request' })
  })

  it('limits the session as its issuer says, and so does the subject’s', async () => {
    const seconds = async (fields: Partial<RequestFields>) =>
      (await createDelegation().explain({ ...DELEGATED, ...fields })).plan?.durationSeconds
    const shortLived = { tenant: 'acme', issuer: OPAQUE, subjectToken: 'opaque-alice-1200' }
    expect(await seconds({})).toBe(3600)
    expect(await seconds({ actorToken: 'opaque-robot-900' })).toBe(900)
    expect(await seconds(shortLived)).toBe(1200)
    expect(await seconds({ ...shortLived, actorToken: 'opaque-robot-900' })).toBe(900)
    expect(await seconds({ ...shortLived, actorToken: 'opaque-robot-3000' })).toBe(1200)
  })
})

describe('the claim act', () => {
  it('makes the party that it names the actor', async () => {
    const path = createDelegation()
    expect(await path.issue({ subjectToken: userToken({ act: AGENT }) })).toMatchObject({
      grant: 'acting',
    })
    expect(path.records).toMatchObject([
      { subject: 'alice', actor: { issuer: USERS, subject: 'agent' }, rule: 'agents' },
    ])
    expect(path.records[0]?.actorTokenSha256).toBeUndefined()
    expect(path.minted).toMatchObject([{ act: { iss: USERS, sub: 'agent' } }])
  })

  it('is refused where the issuer’s entry does not accept it', async () => {
    const path = createDelegation()
    const subjectToken = partnerToken({ act: AGENT })
    expect(await path.issue({ subjectToken })).toMatchObject({ code: 'invalid_token' })
  })

  it('names who acted before the subject of an actor token', async () => {
    const path = createDelegation()
    const act = { sub: 'agent', act: { sub: 'desk' } }
    const fields = { ...DELEGATED, subjectToken: userToken({ act }) }
    expect(await path.issue(fields)).toMatchObject({ grant: 'acting' })
    const chain = { iss: PARTNER, sub: 'crawler', act: { iss: USERS, sub: 'agent' } }
    expect(path.minted).toMatchObject([{ act: { ...chain, act: { ...chain.act, act: {} } } }])
    expect(path.records[0]?.actor).toEqual({
      issuer: PARTNER,
      subject: 'crawler',
      actor: {
        ...{ issuer: USERS, subject: 'agent' },
        actor: { issuer: USERS, subject: 'desk' },
      },
    })
  })

  it('and an actor token together have at most 4 actors', async () => {
    const three = { sub: 'c', act: { sub: 'b', act: { sub: 'a' } } }
    const four = { sub: 'd', act: three }
    const code = async (act: object, fields: Partial<RequestFields> = {}) => {
      const outcome = await createDelegation().issue({
        subjectToken: userToken({ act }),
        ...fields,
      })
      return 'code' in outcome ? outcome.code : 'issued'
    }
    const actor = { actorToken: partnerToken() }
    expect(await code(three, actor)).toBe('issued')
    expect(await code(four)).toBe('access_denied')
    expect(await code(four, actor)).toBe('invalid_token')
    expect(await code({ sub: 'e', act: four })).toBe('invalid_token')
  })

  it('is compared with may_act, and so is the subject of an actor token', async () => {
    const code = async (claims: object, fields: Partial<RequestFields> = {}) => {
      const outcome = await createDelegation().issue({ subjectToken: userToken(claims), ...fields })
      return 'code' in outcome ? outcome.code : 'issued'
    }
    const actor = { actorToken: partnerToken() }
    const crawler = { may_act: { iss: PARTNER, sub: 'crawler' } }
    expect(await code(crawler)).toBe('issued')
    expect(await code(crawler, actor)).toBe('issued')
    expect(await code({ ...crawler, act: AGENT })).toBe('access_denied')
    // The agent acted before; the crawler acts now.
    expect(await code({ ...crawler, act: AGENT }, actor)).toBe('issued')
    expect(await code({ may_act: AGENT }, actor)).toBe('access_denied')
    expect(await code({ may_act: null })).toBe('issued')
    expect(await code({ may_act: null }, actor)).toBe('access_denied')
  })
})

describe('sessions', () => {
  it('of a subject and of each party that acts for it have different names', async () => {
    const nameOf = async (fields: Partial<RequestFields>) => {
      const { plan } = await createDelegation().explain(fields)
      expect(plan?.sourceIdentity).toBe(plan?.roleSessionName)
      return plan?.roleSessionName
    }
    const act = (sub: string) => userToken({ act: { sub } })
    const nested = userToken({ act: { sub: 'agent', act: { sub: 'desk' } } })
    const requests = [
      { subjectToken: userToken(), grant: 'acting' },
      { subjectToken: act('agent') },
      { subjectToken: act('agent-2') },
      { subjectToken: nested },
      DELEGATED,
      { ...DELEGATED, subjectToken: act('agent') },
    ]
    const names = await Promise.all(requests.map(nameOf))
    expect(names.every((name) => name?.startsWith('alice-'))).toBe(true)
    expect(new Set(names).size).toBe(requests.length)
    expect(await nameOf(DELEGATED)).toEqual(await nameOf(DELEGATED))
  })
})
