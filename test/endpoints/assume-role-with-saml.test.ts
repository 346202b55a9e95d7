/** `AssumeRoleWithSAML` at the STS endpoint: malformed calls, and SAML where it is not accepted. */
import { expect, it } from 'vitest'
import { samlCaller } from '../../packages/functions/src/endpoints/sts-saml.ts'
import { startAssertionIssuer } from '../fixtures/assertion-issuer.ts'
import { closeAfterTests, startTestBroker } from '../fixtures/index.ts'

const issuer = await closeAfterTests(startAssertionIssuer())
const broker = await startTestBroker({ documents: [issuer.document('acme')] })

it.each([
  ['no assertion', { SAMLAssertion: undefined }, 'ValidationError', 'SAMLAssertion is missing.'],
  ['no SAML provider', { PrincipalArn: undefined }, 'ValidationError', 'PrincipalArn must be'],
  [
    'an ARN of another kind',
    { PrincipalArn: 'arn:aws:iam::111122223333:oidc-provider/id.acme.example' },
    'ValidationError',
    'PrincipalArn must be',
  ],
  ['no role', { RoleArn: undefined }, 'ValidationError', 'RoleArn must be'],
  ['a duration that is not a whole number', { DurationSeconds: '1e3' }, 'ValidationError', 'whole'],
  [
    'managed policies alone',
    { 'PolicyArns.member.1.arn': 'arn:aws:iam::aws:policy/ReadOnlyAccess' },
    'ValidationError',
    'send a Policy too',
  ],
  ['another version', { Version: '2010-05-08' }, 'ValidationError', 'Version must be 2011-06-15.'],
  [
    'an assertion that is no XML',
    { SAMLAssertion: 'bm90IHhtbA==' },
    'InvalidIdentityToken',
    'No issuer is known to have signed the assertion for this use: expected a signed response',
  ],
  [
    'an assertion that is too long',
    { SAMLAssertion: 'P'.repeat(100_001) },
    'InvalidIdentityToken',
    'No issuer is known to have signed the assertion for this use: expected a signed response',
  ],
])('refuses %s', async (_, fields, code, message) => {
  const { status, body } = await call(fields)
  expect([status, /<Code>(\w+)</.exec(body)?.[1]]).toEqual([400, code])
  expect(body).toContain(message)
  expect(broker.audit.at(-1)).toMatchObject({ endpoint: 'sts', outcome: 'refused' })
})

it('refuses a body that is longer than any assertion', async () => {
  const { body } = await call({ SAMLAssertion: 'P'.repeat(170_000) })
  expect(body).toContain('The body is longer than 163840 bytes.')
})

it('says at every other endpoint how a response is sent, and does not repeat it', async () => {
  const response = issuer.response()
  const responses = [
    await broker.post('/v1/credentials', response),
    await broker.postForm('/v1/token', {
      grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
      subject_token: response,
      subject_token_type: 'urn:ietf:params:oauth:token-type:id_token',
    }),
    await call({
      ...{ Action: 'AssumeRoleWithWebIdentity', RoleSessionName: 'mine' },
      ...{ WebIdentityToken: response, SAMLAssertion: undefined, PrincipalArn: undefined },
    }),
    await broker.get('/v1/tenants/acme/grants/read/credentials', { authorization: response }),
  ]
  for (const { status, body } of responses) {
    expect(status).toBe(400)
    expect(body).toContain('The token is a SAML response. Send it with')
    expect(body).not.toContain(response.slice(0, 40))
  }
  expect(broker.audit.slice(-4).map(({ code }) => code)).toEqual(
    responses.map(() => 'invalid_request'),
  )
})

it('accepts a tokenType that it knows only', async () => {
  const { status, body } = await broker.post('/v1/credentials', undefined, {
    ...{ token: issuer.response(), tokenType: 'saml1' },
  })
  expect([status, JSON.parse(body).detail]).toEqual([
    400,
    '"tokenType" must be "saml2", or absent for all other tokens.',
  ])
})

it('returns the values that AWS documents', () => {
  const caller = samlCaller(
    {
      ...{ credentials: NO_CREDENTIALS, tenant: 'acme', grant: 'read' },
      identity: {
        ...{ issuer: 'https://example.com/saml', subject: 'alice', audiences: [] },
        claims: {
          ...{ nameId: 'alice@acme.example', recipient: 'https://broker.example/v1/saml/acs' },
          nameIdFormat: 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent',
        },
      },
      ...{ poolIdentity: undefined, sourceIdentity: undefined, requestedPolicy: undefined },
    },
    'arn:aws:iam::123456789012:saml-provider/MySAMLIdP',
  )
  expect(caller).toEqual({
    ...{ issuer: 'https://example.com/saml', subject: 'alice@acme.example' },
    ...{ subjectType: 'persistent', recipient: 'https://broker.example/v1/saml/acs' },
    // printf 'https://example.com/saml123456789012/MySAMLIdP' | openssl sha1 -binary | base64
    nameQualifier: '1uAJanUnBc2XeUkHURMht+xam2c=',
  })
})

const NO_CREDENTIALS = {
  ...{ accessKeyId: '', secretAccessKey: '', sessionToken: '', expiration: new Date(0) },
  ...{ assumedRoleArn: '', assumedRoleId: undefined },
  ...{ sessionTokenUtilization: undefined, sessionTokenSize: undefined },
}

function call(fields: Record<string, string | undefined>) {
  return broker.postForm('/sts', {
    Action: 'AssumeRoleWithSAML',
    Version: '2011-06-15',
    RoleArn: 'arn:aws:iam::000000000000:role/broker/acme/read',
    PrincipalArn: 'arn:aws:iam::000000000000:saml-provider/acme',
    SAMLAssertion: issuer.response(),
    ...fields,
  })
}
