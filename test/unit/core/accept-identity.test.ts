/** Whether a tenant accepts an identity, under which of its issuers, and what is not met. */
import { expect, it } from 'vitest'
import { acceptIdentity } from '../../../packages/core/src/decide/accept-identity.ts'
import type { CompiledTenant } from '../../../packages/core/src/model/compiled-tenant.ts'
import { createTrace, showTrace } from '../../../packages/core/src/model/trace.ts'
import type { VerifiedIdentity } from '../../../packages/core/src/verify/verify-identity.ts'

const ISSUER = 'https://id.example'
const JWT = { compact: 'a.b.c', issuer: ISSUER }
const ASSERTION = { xml: '<Response/>', issuer: ISSUER }
const OF_JWTS = { issuer: ISSUER, keys: { from: 'discovery' } }
const OF_ASSERTIONS = { issuer: ISSUER, saml: { recipients: [], multiValued: [] } }

interface Parts {
  readonly token?: object
  /** Of the token, as the profile of the tenant reads them. */
  readonly claims?: object
  readonly principalArn?: string
}

/** @param issuers of the tenant; each has the profile, and else the audience `app` */
async function accept(issuers: readonly object[], { token = JWT, claims = {}, ...rest }: Parts) {
  const trace = createTrace()
  const tenant = {
    tenant: 'acme',
    issuers: issuers.map((one) => ({ audiences: ['app'], authorizedParties: [], ...one })),
  }
  const parties = { claims, subject: 'alice', audiences: ['app'], authorizedParty: undefined }
  const request = { ip: '203.0.113.7', endpoint: 'native' }
  // In place of a verified identity, which only its stage can create.
  const identity = {
    ...{ issuer: ISSUER, token, failedTrusts: [], subject: 'other', claims: { org: 'index' } },
    trusts: [OF_JWTS, OF_ASSERTIONS].map((profile) => ({ trust: { profile }, parties })),
    scope: { claims: { org: 'index' }, issuer: ISSUER, request },
  } as unknown as VerifiedIdentity
  const context = { trace } as unknown as Parameters<typeof acceptIdentity>[3]
  const acceptance = await acceptIdentity(
    tenant as unknown as CompiledTenant,
    identity,
    rest,
    context,
  )
  return { ...acceptance, trace: showTrace(trace) }
}

it('an assertion is only of an issuer of assertions, and a JWT only of one of JWTs', async () => {
  const [jwts, assertions] = [{ profile: OF_JWTS }, { profile: OF_ASSERTIONS }]
  const refused = [{ condition: 'issuer', expected: ISSUER, found: undefined }]
  expect((await accept([jwts], {})).unmet).toBeUndefined()
  expect((await accept([assertions], {})).unmet).toEqual(refused)
  expect((await accept([assertions], { token: ASSERTION })).unmet).toBeUndefined()
  expect((await accept([jwts], { token: ASSERTION })).unmet).toEqual(refused)
  const other = { ...jwts, audiences: ['web'] }
  expect((await accept([other, assertions], { token: ASSERTION })).unmet).toBeUndefined()
  expect((await accept([assertions, other], {})).unmet).toMatchObject([{ condition: 'audience' }])
})

it('the trace says whether the tenant trusts the issuer', async () => {
  const check = { stage: 'resolve', check: 'tenant acme trusts the issuer', expected: ISSUER }
  const { trace } = await accept([{ profile: OF_JWTS }], {})
  expect(trace[0]).toEqual({ ...check, passed: true })
  expect((await accept([{ profile: OF_ASSERTIONS }], {})).trace).toEqual([
    { ...check, passed: false },
  ])
  const elsewhere = { profile: { ...OF_JWTS, issuer: 'https://other.example' } }
  expect((await accept([elsewhere], {})).unmet).toMatchObject([{ condition: 'issuer' }])
})

it('a requested provider must be that of the issuer', async () => {
  const [arn, other] = ['arn:aws:iam::111122223333:saml-provider/a', 'arn:of-another']
  const issuer = { profile: OF_JWTS, principalArn: arn }
  const check = {
    ...{ stage: 'resolve', check: 'tenant acme knows the issuer by the requested PrincipalArn' },
    expected: arn,
  }
  const known = await accept([issuer], { principalArn: arn })
  expect(known.unmet).toBeUndefined()
  expect(known.trace.at(-1)).toEqual({ ...check, passed: true, found: arn })
  const refused = await accept([issuer], { principalArn: other })
  expect(refused.unmet).toEqual([{ condition: 'principal', expected: arn, found: other }])
  expect(refused.trace.at(-1)).toEqual({ ...check, passed: false, found: other })
  expect((await accept([issuer], {})).unmet).toBeUndefined()
})

it('a member condition reads the claims as the tenant’s own settings read them', async () => {
  const issuer = { profile: OF_JWTS, member: 'claims.org == "acme"' }
  const { identity } = await accept([issuer], { claims: { org: 'acme' } })
  expect(identity).toMatchObject({
    ...{ subject: 'alice', claims: { org: 'acme' } },
    scope: { claims: { org: 'acme' }, request: { endpoint: 'native' } },
  })
  const { unmet = [], trace } = await accept([issuer], { claims: { org: 'index' } })
  expect(unmet).toMatchObject([{ condition: 'member', expected: issuer.member, error: undefined }])
  expect(trace.at(-1)).toMatchObject({ passed: false, found: '{"claims.org":"index"}' })
})

it('a member condition that cannot be evaluated is not met, and says why', async () => {
  const issuer = { profile: OF_JWTS, member: 'claims.n.startsWith("x")' }
  const { unmet = [], trace } = await accept([issuer], { claims: { n: 7 } })
  expect(unmet).toMatchObject([{ condition: 'member', error: expect.stringMatching(/\w/) }])
  expect(trace.at(-1)).toMatchObject({ passed: false, found: unmet[0]?.error })
})
