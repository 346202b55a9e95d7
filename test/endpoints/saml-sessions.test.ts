/** Sessions for SAML responses at the STS endpoint: AWS's response, and who gets which grant. */
import { expect, it } from 'vitest'
import { startAssertionIssuer } from '../fixtures/assertion-issuer.ts'
import {
  closeAfterTests,
  SECRET_ACCESS_KEY,
  SESSION_TOKEN,
  startTestBroker,
} from '../fixtures/index.ts'

const OKTA = 'arn:aws:iam::111122223333:saml-provider/okta'
const PERSISTENT = 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent'
const ASSERTION = /<saml:Assertion .*<\/saml:Assertion>/s
const provider = (tenant: string) => `arn:aws:iam::000000000000:saml-provider/${tenant}`
const role = (tenant: string, grant = 'read') =>
  `arn:aws:iam::000000000000:role/broker/${tenant}/${grant}`

const issuer = await closeAfterTests(startAssertionIssuer())
const other = await closeAfterTests(startAssertionIssuer())
const sharing = (tenant: string) =>
  issuer.document(tenant, { audience: 'shared', member: `"${tenant}" in claims.orgs` })
const broker = await startTestBroker({
  documents: [
    issuer.document('acme', { member: 'claims.org == "acme"' }),
    sharing('one'),
    sharing('two').replace('multiValued', `principalArn: '${OKTA}', $&`),
    other.document('foreign'),
  ],
})
/** Accepted by the tenants one and two. */
const shared = () => issuer.response({ audience: 'shared', attributes: { orgs: ['one', 'two'] } })

it('returns what AWS returns', async () => {
  const { status, body } = await call({ RoleArn: role('acme'), PrincipalArn: provider('acme') })
  expect(status).toBe(200)
  expect(body).toMatch(
    /^<AssumeRoleWithSAMLResponse xmlns="https:\/\/sts.amazonaws.com\/doc\/2011-06-15\/"><AssumeRoleWithSAMLResult>/,
  )
  expect(textsOf(body)).toEqual({
    Issuer: issuer.url,
    Subject: 'alice',
    SubjectType: 'persistent',
    Audience: 'https://broker.example/v1/saml/acs',
    NameQualifier: expect.stringMatching(/^[A-Za-z0-9+/]{27}=$/),
    Arn: 'arn:aws:sts::111122223333:assumed-role/app/session',
    AssumedRoleId: 'AROA0:session',
    AccessKeyId: 'ASIA0123456789ABCDEF',
    SecretAccessKey: SECRET_ACCESS_KEY,
    SessionToken: SESSION_TOKEN,
    Expiration: '2030-01-01T00:00:00Z',
    PackedPolicySize: '12',
    SessionTokenUtilization: '12',
    SessionTokenSize: '1187',
    RequestId: expect.any(String),
  })
})

it('keeps the format of a NameID of another namespace, without attributes', async () => {
  const { body } = await call({
    ...{ RoleArn: role('acme'), PrincipalArn: provider('acme') },
    SAMLAssertion: issuer.response({
      nameIdFormat: 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress',
      attributes: { org: ['acme'], name: ['<b>&'] },
    }),
  })
  expect(body).toContain(
    '<SubjectType>urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress</SubjectType>',
  )
  expect(body).not.toContain('<b>')
})

it('names the session by the grant, and narrows it to the NameID', async () => {
  await call({ RoleArn: role('acme'), PrincipalArn: provider('acme'), RoleSessionName: 'mine' })
  const sent = broker.sts.calls.at(-1)
  expect(sent?.get('RoleSessionName')).toMatch(/^alice-[a-z2-7]{16}$/)
  expect(JSON.parse(sent?.get('Policy') ?? '').Statement[0].Resource).toBe(
    'arn:aws:s3:::acme/alice/*',
  )
  expect(broker.audit.at(-1)).toMatchObject({
    ...{ endpoint: 'sts', outcome: 'issued', tenant: 'acme', grant: 'read', subject: 'alice' },
    issuer: issuer.url,
    subjectTokenSha256: expect.stringMatching(/^[0-9a-f]{64}$/),
  })
  expect(broker.audit.at(-1)?.wantedSessionName).toBeUndefined()
})

it('selects the grant by the role, its own or a virtual one', async () => {
  const admin = {
    SAMLAssertion: issuer.response({ attributes: { org: ['acme'], groups: ['admins'] } }),
  }
  await call({ ...admin, RoleArn: role('acme', 'write'), PrincipalArn: provider('acme') })
  expect(broker.audit.at(-1)?.grant).toBe('write')
  const own = 'arn:aws:iam::111122223333:role/acme-app'
  await call({ ...admin, RoleArn: own, PrincipalArn: provider('acme') })
  expect(broker.audit.at(-1)).toMatchObject({ tenant: 'acme', grant: 'read' })
  // The group of one user is a list too.
  const { body } = await call({ RoleArn: role('acme', 'write'), PrincipalArn: provider('acme') })
  expect(body).toContain('<Code>AccessDenied</Code>')
})

it('selects the tenant by the SAML provider, where several accept the response', async () => {
  for (const [tenant, PrincipalArn] of [
    ['one', provider('one')],
    ['two', OKTA],
  ] as const) {
    const RoleArn = `arn:aws:iam::111122223333:role/${tenant}-app`
    expect((await call({ SAMLAssertion: shared(), RoleArn, PrincipalArn })).status).toBe(200)
    expect(broker.audit.at(-1)?.tenant).toBe(tenant)
  }
})

it.each([
  ['of another issuer of the broker', { PrincipalArn: provider('foreign') }],
  ['of no issuer', { PrincipalArn: 'arn:aws:iam::111122223333:saml-provider/nowhere' }],
  ['of another tenant', { PrincipalArn: provider('one') }],
  [
    'of a tenant that declares another one',
    {
      ...{ RoleArn: role('two'), PrincipalArn: provider('two') },
      SAMLAssertion: shared,
    },
  ],
  [
    'of the tenant, with a response of another issuer',
    { SAMLAssertion: () => other.response({ audience: 'acme-app' }) },
  ],
  ['of the tenant, with a role of another one', { RoleArn: role('one') }],
  [
    'of the tenant, with the response of a user who is not a member',
    { SAMLAssertion: () => issuer.response({ attributes: { org: ['beta'] } }) },
  ],
  [
    'of the tenant, with a response for another audience',
    { SAMLAssertion: () => issuer.response({ audience: 'other-app' }) },
  ],
])(
  'refuses a SAML provider %s, without saying which',
  async (_, {
    SAMLAssertion,
    ...fields
  }: {
    readonly SAMLAssertion?: () => string
    readonly RoleArn?: string
    readonly PrincipalArn?: string
  }) => {
    const calls = broker.sts.calls.length
    const { status, body } = await call({
      ...{ RoleArn: role('acme'), PrincipalArn: provider('acme'), ...fields },
      ...(SAMLAssertion ? { SAMLAssertion: SAMLAssertion() } : {}),
    })
    expect([status, /<Message>(.*)<\/Message>/.exec(body)?.[1]]).toEqual([
      403,
      expect.stringMatching(
        /^No rule grants what is requested: .*, found an assertion .* \(access_denied, [\w -]+\)$/,
      ),
    ])
    expect(broker.sts.calls.length).toBe(calls)
  },
)

it('explains which SAML provider an issuer has', async () => {
  await call({ RoleArn: role('acme'), PrincipalArn: OKTA })
  expect(broker.audit.at(-1)).toMatchObject({ code: 'access_denied', issuer: issuer.url })
})

it('narrows to the caller’s policy and duration, and refuses a policy that is wider', async () => {
  const wanted = { RoleArn: role('acme'), PrincipalArn: provider('acme'), DurationSeconds: '900' }
  const policyFor = (Resource: string) =>
    JSON.stringify({ Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource }] })
  const narrower = 'arn:aws:s3:::acme/alice/2026/*'
  expect((await call({ ...wanted, Policy: policyFor(narrower) })).status).toBe(200)
  const sent = broker.sts.calls.at(-1)
  expect(JSON.parse(sent?.get('Policy') ?? '').Statement[0].Resource).toBe(narrower)
  expect(sent?.get('DurationSeconds')).toBe('900')
  expect((await call({ ...wanted, Policy: policyFor('arn:aws:s3:::acme/*') })).status).toBe(403)
})

it('ends no later than the session at the identity provider', async () => {
  const durationFor = async (sessionSeconds: number, DurationSeconds?: string) => {
    const calls = broker.sts.calls.length
    const attributes = { org: ['acme'] }
    const { body } = await call({
      ...{ RoleArn: role('acme'), PrincipalArn: provider('acme') },
      SAMLAssertion: issuer.response({ attributes, sessionSeconds }),
      ...(DurationSeconds ? { DurationSeconds } : {}),
    })
    const [, code] = /<Code>(\w+)</.exec(body) ?? []
    return code ?? Number(broker.sts.calls[calls]?.get('DurationSeconds'))
  }
  expect(await durationFor(36_000)).toBe(3600)
  const limited = await durationFor(1800)
  expect(limited).toBeGreaterThan(1700)
  expect(limited).toBeLessThanOrEqual(1800)
  expect(await durationFor(1800, '1000')).toBe(1000)
  expect(await durationFor(1800, '3600')).toBe('AccessDenied')
  expect(await durationFor(600)).toBe('ExpiredTokenException')
  expect(broker.audit.at(-1)?.reason).toContain('The session at the identity provider ends in')
})

it('accepts a response again while it is valid, and base64 in lines', async () => {
  const response = issuer.response({ attributes: { org: ['acme'] } })
  const wanted = { RoleArn: role('acme'), PrincipalArn: provider('acme') }
  for (const SAMLAssertion of [response, response, `${response.replace(/.{76}/g, '$&\r\n')}\n`])
    expect((await call({ ...wanted, SAMLAssertion })).status).toBe(200)
})

it('accepts a response at the native and the token exchange endpoint', async () => {
  const token = issuer.response({ attributes: { org: ['acme'] }, nameIdFormat: PERSISTENT })
  const native = await broker.post('/v1/credentials', undefined, { token, tokenType: 'saml2' })
  expect([native.status, JSON.parse(native.body).grant]).toEqual([200, 'read'])
  const exchange = {
    grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
    subject_token: token,
    subject_token_type: 'urn:ietf:params:oauth:token-type:saml2',
  }
  const exchanged = await broker.postForm('/v1/token', exchange)
  expect([exchanged.status, JSON.parse(exchanged.body).scope]).toEqual([200, 'grant:read'])
  expect(broker.audit.at(-1)).toMatchObject({ endpoint: 'token-exchange', subject: 'alice' })
  // RFC 7522 §2.1: the assertion alone, in base64url.
  const [assertion = ''] = ASSERTION.exec(Buffer.from(token, 'base64').toString()) ?? []
  const bare = { ...exchange, subject_token: Buffer.from(assertion).toString('base64url') }
  expect((await broker.postForm('/v1/token', bare)).status).toBe(200)
})

it('is refused where the assertion is encrypted, and the record says so', async () => {
  const encrypted =
    '<saml:EncryptedAssertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">' +
    '</saml:EncryptedAssertion>'
  const xml = Buffer.from(issuer.response(), 'base64').toString().replace(ASSERTION, encrypted)
  const { body } = await call({
    ...{ RoleArn: role('acme'), PrincipalArn: provider('acme') },
    SAMLAssertion: Buffer.from(xml).toString('base64'),
  })
  expect(body).toContain('<Code>InvalidIdentityToken</Code>')
  expect(broker.audit.at(-1)?.reason).toContain(
    'is encrypted, which the broker does not support; turn encryption off',
  )
})

function call(fields: Record<string, string>) {
  return broker.postForm('/sts', {
    Action: 'AssumeRoleWithSAML',
    Version: '2011-06-15',
    SAMLAssertion: issuer.response({ attributes: { org: ['acme'] } }),
    ...fields,
  })
}

/** By the name of the element. */
function textsOf(xml: string): Readonly<Record<string, string>> {
  const elements = [...xml.matchAll(/<(\w+)>([^<]+)<\/\1>/g)]
  return Object.fromEntries(elements.map(([, name = '', text = '']) => [name, text]))
}
