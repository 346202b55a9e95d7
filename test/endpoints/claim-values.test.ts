/** Claims with numbers of 64 bits and unusual text: exact everywhere, or refused with a reason. */
import { describe, expect, it } from 'vitest'
import { startTestBroker } from '../fixtures/index.ts'

const broker = await startTestBroker({
  documents: (issuer) => [
    JSON.stringify({
      tenant: 'acme',
      issuers: [{ issuer, audiences: ['acme-app'] }],
      attributes: { account: { from: 'string(claims.account_id)' } },
      rules: [
        { name: 'one org', when: 'claims.org_id == 1147953659032899584', grant: 'own' },
        { name: 'listed', when: 'claims.account_id in [1147953659032899586]', grant: 'own' },
        { name: 'below', when: 'claims.org_id < 1147953659032899584', grant: 'none' },
      ],
      grants: {
        own: {
          role: 'arn:aws:iam::111122223333:role/app',
          policy: [
            {
              Effect: 'Allow',
              Action: 's3:GetObject',
              Resource: 'arn:aws:s3:::acme/{{account}}/*',
            },
          ],
        },
        none: { role: 'arn:aws:iam::111122223333:role/none' },
      },
    }),
  ],
})

describe('integers of 64 bits', () => {
  it.each([
    ['1147953659032899584', '9007199254740993', 'one org', '9007199254740993'],
    ['1147953659032899584', '9007199254740992', 'one org', '9007199254740992'],
    ['1147953659032899584', '-9223372036854775808', 'one org', '-9223372036854775808'],
    ['1147953659032899584', '123', 'one org', '123'],
    ['1147953659032899585', '1147953659032899586', 'listed', '1147953659032899586'],
    ['1147953659032899583', '1', 'below', undefined],
  ])('org %s and account %s: rule "%s"', async (org, account, rule, folder) => {
    const { status, plan } = await issue(`"org_id":${org},"account_id":${account}`)
    expect([status, broker.audit.at(-1)?.rule]).toEqual([200, rule])
    expect(plan).toContain(folder === undefined ? '"Deny"' : `arn:aws:s3:::acme/${folder}/*`)
  })

  it.each(['1147953659032899585', '1147953659032899600', '1147953659032899648'])(
    'org %s is not another one',
    async (org) => {
      const { status, code } = await issue(`"org_id":${org},"account_id":1147953659032899585`)
      expect([status, code]).toEqual([403, 'access_denied'])
    },
  )

  it('are shown with all their digits in an explanation', async () => {
    const token = await tokenWith('"org_id":1147953659032899585,"account_id":1')
    const { body } = await broker.post('/v1/explain', token)
    expect(JSON.parse(body).trace).toContainEqual({
      stage: 'match',
      check: 'rule "one org"',
      passed: false,
      expected: 'claims.org_id == 1147953659032899584',
      found: '{"claims.org_id":1147953659032899585}',
    })
  })
})

describe('a token is refused, and the audit record names the claim, for', () => {
  it.each([
    ['"account_id":1e400', 'number that cannot be represented exactly, at account_id'],
    ['"account_id":-0', 'number that cannot be represented exactly, at account_id'],
    ['"unused":[{"n":1e-400}]', 'number that cannot be represented exactly, at unused[0].n'],
    ['"farm":"bob\\ud800"', 'text that is not well-formed Unicode, at farm'],
    ['"a":{"b\\udc00":1}', 'text that is not well-formed Unicode, at a["b\\udc00"]'],
  ])('%s', async (members, reason) => {
    const { status, code } = await issue(members)
    expect([status, code]).toEqual([401, 'invalid_token'])
    expect(broker.audit.at(-1)?.reason).toContain(
      `The subject token has a payload that has ${
        reason.startsWith('number') ? `a ${reason}` : reason
      }`,
    )
  })
})

describe('a body of the native endpoint', () => {
  it.each([
    ['{"tenant":"a","tenant":"b"}', 'The body has a duplicate member name.'],
    ['{"tenant":"\\ud800"}', 'The body has text that is not well-formed Unicode, at tenant'],
    [
      '{"durationSeconds":3600.0000000000001}',
      'The body has a number that cannot be represented exactly, at durationSeconds',
    ],
    ['{"durationSeconds":9007199254740993}', 'The duration must be a whole number of seconds'],
    ['{', 'The body is not JSON at line 1, column 2;'],
    ['[]', 'The body is not a JSON object;'],
  ])('%s is refused', async (text, detail) => {
    const response = await broker.post('/v1/credentials', await broker.token(), text)
    expect(JSON.parse(response.body)).toMatchObject({
      code: 'invalid_request',
      detail: expect.stringContaining(detail),
    })
  })
})

async function tokenWith(members: string): Promise<string> {
  const seconds = Math.floor(Date.now() / 1000)
  const claims = {
    iss: broker.issuer.url,
    sub: 'alice',
    aud: 'acme-app',
    iat: seconds,
    exp: seconds + 600,
  }
  const payload = JSON.stringify(claims).replace('{', `{${members},`)
  return broker.issuer.signBytes(Buffer.from(payload))
}

async function issue(members: string) {
  const { status, body } = await broker.post('/v1/credentials', await tokenWith(members))
  return { status, code: JSON.parse(body).code, plan: broker.sts.calls.at(-1)?.get('Policy') }
}
