/** Callers with SAML responses get nothing of another tenant, nor learn whether it exists. */
import { beforeAll, expect, it } from 'vitest'
import { startAssertionIssuer } from '../fixtures/assertion-issuer.ts'
import { closeAfterTests, startIssuer, startTestBroker, tenantDocument } from '../fixtures/index.ts'
import { CLASS_TIMEOUT } from './attack.ts'
import { compareTimings, formatComparison } from './compare-timings.ts'
import { comparable } from './tenant-pairs.ts'

const [own, other, shared, oidc] = await Promise.all([
  closeAfterTests(startAssertionIssuer()),
  closeAfterTests(startAssertionIssuer()),
  closeAfterTests(startAssertionIssuer()),
  closeAfterTests(startIssuer()),
])
const sharing = (org: string) =>
  shared.document(org, { audience: 'shared', member: `claims.org == "${org}"` })
const { audit, post, postForm, sts } = await startTestBroker({
  documents: [
    own.document('own'),
    other.document('other'),
    sharing('one-of-two'),
    sharing('two-of-two'),
    tenantDocument('jwt', oidc.url),
  ],
})
/** By tenant; the subject is the same in all of them. */
const RESPONSES = {
  own: () => own.response({ audience: 'own-app' }),
  other: () => other.response({ audience: 'other-app' }),
  'one-of-two': () => shared.response({ audience: 'shared', attributes: { org: ['one-of-two'] } }),
  'two-of-two': () => shared.response({ audience: 'shared', attributes: { org: ['two-of-two'] } }),
} as const
type Tenant = keyof typeof RESPONSES
const TENANTS = Object.keys(RESPONSES).filter((name): name is Tenant => name in RESPONSES)
const UNKNOWN_TENANT = 'nobody'

const exchange = (token: string, tenant: string, more: object = {}) =>
  postForm('/v1/token', {
    grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
    subject_token_type: 'urn:ietf:params:oauth:token-type:saml2',
    ...{ subject_token: token, audience: tenant, scope: 'grant:read', ...more },
  })
const assume = (token: string, tenant: string, provider: string) =>
  postForm('/sts', {
    ...{ Action: 'AssumeRoleWithSAML', Version: '2011-06-15', SAMLAssertion: token },
    RoleArn: `arn:aws:iam::000000000000:role/broker/${tenant}/read`,
    PrincipalArn: `arn:aws:iam::000000000000:saml-provider/${provider}`,
  })
const ENDPOINTS = {
  native: (token: string, tenant: string) =>
    post('/v1/credentials', undefined, { token, tokenType: 'saml2', tenant, grant: 'read' }),
  'with the provider of the tenant': (token: string, tenant: string) =>
    assume(token, tenant, tenant),
  'with the provider of the caller': (token: string, tenant: string) =>
    assume(token, tenant, 'own'),
  'token exchange': (token: string, tenant: string) => exchange(token, tenant),
  'release of the minted token': (token: string, tenant: string) =>
    exchange(token, tenant, { requested_token_type: 'urn:ietf:params:oauth:token-type:jwt' }),
} as const
const SENDERS = Object.entries(ENDPOINTS)

const responses = new Map<Tenant, string>()
beforeAll(async () => {
  for (const tenant of TENANTS) {
    responses.set(tenant, RESPONSES[tenant]())
    // So that the keys are cached.
    await ENDPOINTS.native(responses.get(tenant) ?? '', tenant)
  }
})

it('issues credentials to the callers of each tenant, with a session name of its own', async () => {
  for (const tenant of TENANTS) {
    const { status } = await ENDPOINTS.native(responses.get(tenant) ?? '', tenant)
    expect([tenant, status]).toEqual([tenant, 200])
  }
  const names = sts.calls.map((call) => call.get('RoleSessionName'))
  expect(new Set(names).size).toBe(TENANTS.length)
})

it('refuses a caller of another tenant as if the tenant did not exist', async () => {
  const [calls, requests] = [sts.calls.length, own.requests.length + other.requests.length]
  for (const caller of TENANTS) {
    const token = responses.get(caller) ?? ''
    for (const foreign of [...TENANTS, 'jwt'].filter((tenant) => tenant !== caller)) {
      for (const [endpoint, send] of SENDERS) {
        const [response, unknown] = [await send(token, foreign), await send(token, UNKNOWN_TENANT)]
        const about = `${caller} wants ${foreign} at ${endpoint}`
        expect({ about, response: comparable(response, foreign) }).toEqual({
          about,
          response: comparable(unknown, UNKNOWN_TENANT),
        })
        expect(audit.slice(-2).map(({ code, tenant }) => [code, tenant])).toEqual([
          ['access_denied', undefined],
          ['access_denied', undefined],
        ])
      }
    }
  }
  expect(sts.calls.length).toBe(calls)
  // No response made the broker send a request to an issuer: the keys were cached.
  expect(own.requests.length + other.requests.length).toBe(requests)
})

it('refuses what one issuer signs in the name of another, at every endpoint', async () => {
  for (const [forged, tenant] of [
    [own.response({ issuer: other.url, audience: 'other-app' }), 'other'],
    [other.response({ issuer: own.url, audience: 'own-app' }), 'own'],
    [
      own.response({ issuer: shared.url, audience: 'shared', attributes: { org: ['one-of-two'] } }),
      'one-of-two',
    ],
  ] as const)
    for (const [endpoint, send] of SENDERS) {
      const { status } = await send(forged, tenant)
      expect([endpoint, status >= 400, audit.at(-1)?.code]).toEqual([
        ...[endpoint, true, 'invalid_token'],
      ])
    }
})

it('mixes no issuers of responses with issuers of JWTs', async () => {
  // A response in the name of an issuer of JWTs, and a JWT in the name of one of responses.
  const response = own.response({ issuer: oidc.url, audience: 'jwt-app' })
  await ENDPOINTS.native(response, 'jwt')
  expect(audit.at(-1)).toMatchObject({ outcome: 'refused', code: 'issuer_untrusted' })
  const token = await oidc.token({ iss: own.url, aud: 'own-app' })
  await post('/v1/credentials', token, { tenant: 'own' })
  expect(audit.at(-1)).toMatchObject({ outcome: 'refused', code: 'issuer_untrusted' })
})

const SAMPLES = 300
/** A real difference occurs in every try. */
const TRIES = 3
/** Beyond that of the control: nearly five standard errors. */
const MAX_ADVANTAGE = 0.11

it.each([
  ['own', 'other'],
  ['two-of-two', 'one-of-two'],
] as const)(
  'takes as long to refuse %s the tenant %s as an unknown one',
  CLASS_TIMEOUT,
  async (caller, tenant) => {
    const token = RESPONSES[caller]()
    const advantageOf = async (name: string) => {
      const comparison = await compareTimings(
        SAMPLES,
        () => ENDPOINTS.native(token, UNKNOWN_TENANT),
        () => ENDPOINTS.native(token, name),
      )
      console.log(`timing: SAML, ${caller} to ${name}: ${formatComparison(comparison)}`)
      return Math.abs(comparison.superiority - 0.5)
    }
    let differs = true
    for (let tries = 0; differs && tries < TRIES; tries++) {
      const noise = await advantageOf('also-unknown')
      differs = (await advantageOf(tenant)) > noise + MAX_ADVANTAGE
    }
    expect(differs).toBe(false)
  },
)
