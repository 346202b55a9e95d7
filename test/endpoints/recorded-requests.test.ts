/** What the audit record has of a request and its token, also where the token is refused. */
import { beforeEach, expect, it } from 'vitest'
import { startTestBroker } from '../fixtures/index.ts'

const now = Date.UTC(2026, 0, 1)
const broker = await startTestBroker({ now: () => now })
const { audit, auditText, get, issuer, post, postForm, sts, token } = broker
const SECONDS = now / 1000
const OF_A_TOKEN = {
  tokenAudiences: ['acme-app'],
  keyId: 'key-1',
  algorithm: 'RS256',
  expiresAt: '2026-01-01T00:10:00Z',
}

beforeEach(() => {
  audit.length = 0
  auditText.length = 0
})

it('has what was requested and the token, where credentials are issued', async () => {
  const body = JSON.stringify({ tenant: 'acme', grant: 'read' })
  expect((await post('/v1/credentials', await token(), body)).status).toBe(200)
  expect(audit.at(-1)).toMatchObject({ ...OF_A_TOKEN, wantedTenant: 'acme', wantedGrant: 'read' })
})

it.each([
  ['of an untrusted issuer', { iss: 'https://other.example' }, 'issuer_untrusted', {}],
  ['that has expired', { exp: SECONDS - 720 }, 'token_expired', { expiresAt: timeAfter(-720) }],
  ['for other audiences', { aud: ['a', 'b'] }, 'access_denied', { tokenAudiences: ['a', 'b'] }],
  ['without a subject', { sub: '' }, 'invalid_token', {}],
])('has them of a token %s', async (_, claims, code, changed) => {
  const body = JSON.stringify({ tenant: 'unknown', grant: 'other' })
  await post('/v1/credentials', await token(claims), body)
  expect(audit.at(-1)).toMatchObject({
    ...{ code, ...OF_A_TOKEN, ...changed },
    ...{ wantedTenant: 'unknown', wantedGrant: 'other' },
  })
})

it('has the role that an SDK requests', async () => {
  const RoleArn = 'arn:aws:iam::111122223333:role/other'
  await postForm('/', {
    ...{ Action: 'AssumeRoleWithWebIdentity', Version: '2011-06-15', RoleArn },
    ...{ RoleSessionName: 'alice', WebIdentityToken: await token() },
  })
  expect(audit.at(-1)).toMatchObject({ code: 'access_denied', wantedRoleArn: RoleArn })
})

it('names the minted token, also where STS refuses it, and `explain` shows the same', async () => {
  const subject = expect.stringMatching(/^acme\/read\/[\w-]{43}$/)
  const minted = { issuer: 'http://127.0.0.1:8787', audience: 'sts.amazonaws.com', subject }
  sts.respondWithError(403, 'AccessDenied')
  await post('/v1/credentials', await token())
  sts.respondWithCredentials()
  const refused = audit.at(-1)
  expect(refused).toMatchObject({ code: 'sts_rejected', webIdentity: { ...minted, tagKeys: [] } })
  const claims = (sts.calls.at(-1)?.get('WebIdentityToken') ?? '').split('.')[1] ?? ''
  expect(JSON.parse(Buffer.from(claims, 'base64url').toString())).toMatchObject({
    ...{ iss: minted.issuer, aud: minted.audience, sub: refused?.webIdentity?.subject },
  })
  const { plan } = JSON.parse((await post('/v1/explain', await token())).body)
  expect(plan.mintedToken).toEqual(refused?.webIdentity)
})

it('has at most 256 characters of what anyone can send, and no other claim', async () => {
  const long = 'CANARY'.repeat(200)
  const header = { alg: 'RS256', kid: long }
  const claims = { iss: issuer.url, aud: Array(9).fill(long), secret: 'HIDDEN', exp: SECONDS + 9 }
  await post('/v1/credentials', await issuer.sign(claims, header))
  const [line = ''] = auditText
  expect(line.length).toBeLessThan(4_000)
  expect(line).not.toContain('HIDDEN')
  expect(audit[0]?.keyId).toHaveLength(256)
  expect(audit[0]?.tokenAudiences).toHaveLength(5)
})

it('shows a value that cannot be used to the operator alone', async () => {
  const sub = `Alice*CANARY-${'x'.repeat(100)}`
  const { body } = await post('/v1/credentials', await token({ sub }))
  expect(JSON.parse(body)).toMatchObject({ code: 'claim_unusable' })
  expect(body).not.toContain('CANARY')
  expect(audit.at(-1)?.reason).toContain(`found "Alice*CANARY-${'x'.repeat(50)}…": it contains a`)
})

it('repeats them with a refusal', async () => {
  const headers = { authorization: await token({ sub: 'b*' }) }
  const path = '/v1/tenants/acme/grants/read/credentials'
  await get(path, headers)
  await get(path, headers)
  const expected = { ...OF_A_TOKEN, wantedTenant: 'acme', wantedGrant: 'read' }
  expect(audit).toMatchObject([expected, expected])
})

/** @param seconds from now */
function timeAfter(seconds: number): string {
  return new Date(now + seconds * 1000).toISOString().replace('.000', '')
}
