/** A caller with a right to a grant learns what of its request the grant does not have. */
import { describe, expect, it } from 'vitest'
import { startTestBroker } from '../fixtures/index.ts'

const MANAGED = 'arn:aws:iam::aws:policy/ReadOnlyAccess'
const broker = await startTestBroker({
  documents: (url) => [
    `
tenant: acme
issuers: [{ issuer: '${url}', audiences: [acme-app] }]
attributes: { user: { from: claims.sub } }
rules:
  - name: everybody reads
    when: 'claims.blocked != true || !has(claims.blocked)'
    grant: read
grants:
  read:
    role: arn:aws:iam::111122223333:role/acme-app
    duration: 15m
    maxDuration: 30m
    managedPolicies: [${MANAGED}]
    policy:
      - Sid: ReadHome
        Effect: Allow
        Action: s3:GetObject
        Resource: 'arn:aws:s3:::acme/{{user}}/*'
      - { Sid: List, Effect: Allow, Action: 's3:ListBucket', Resource: 'arn:aws:s3:::acme' }
      - { Sid: Keep, Effect: Deny, Action: 's3:DeleteObject', Resource: '*' }
`,
  ],
})

const TOO_LONG =
  'The requested duration is too long: the grant allows sessions of at most 1800 s, and the ' +
  'request is for 3600 s; request 1800 s or less.'
const NO_STATEMENT =
  'The grant has no statement "ReadHme"; did you mean ReadHome? Its statements are ' +
  'ReadHome, List, Keep.'
const WIDER =
  'Statement 2 (Sid Mine) of the session policy allows more than the grant: the grant does not ' +
  'allow s3:GetObject on arn:aws:s3:::acme/bob/*; narrow the resource.'
const POLICY = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Action: 's3:ListBucket', Resource: 'arn:aws:s3:::acme' },
    {
      ...{ Sid: 'Mine', Effect: 'Allow', Action: 's3:GetObject' },
      Resource: ['arn:aws:s3:::acme/alice/*', 'arn:aws:s3:::acme/bob/*'],
    },
  ],
})
const INNER_POLICY = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 's3:ListBucket', Resource: 'arn:aws:s3:::acme' }],
})
const EXCHANGE = {
  grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
  subject_token_type: 'urn:ietf:params:oauth:token-type:id_token',
}
const DETAILS = {
  authorization_details: `[{
    "type": "urn:token-broker:authorization-details:session-policy", "policy": ${POLICY} }]`,
}
const JWT = 'urn:ietf:params:oauth:token-type:jwt'

type Read = (body: string) => { code: string; message: string }

/** The code, and what a client shows its user. */
const readProblem: Read = (body) => {
  const { code, detail } = JSON.parse(body)
  return { code, message: detail }
}
const readExplanation: Read = (body) => {
  const { code, reason } = JSON.parse(body)
  return { code, message: reason }
}
const readXml: Read = (body) => ({
  code: /\((\w+), request request-\d+\)<\/Message>/.exec(body)?.[1] ?? '',
  message: (/<Message>(.*) \(/.exec(body)?.[1] ?? '').replaceAll('&quot;', '"'),
})
const readExchange: Read = (body) => {
  const { code, error_description: text } = JSON.parse(body)
  return { code, message: text.replace(/ \(access_denied, request request-\d+\)$/, '') }
}

const native = async (body: object) =>
  broker.post('/v1/credentials', await broker.token(), { tenant: 'acme', ...body })
const explain = async (body: object) => broker.post('/v1/explain', await broker.token(), body)
const assume = async (fields: Record<string, string>, action = 'AssumeRoleWithWebIdentity') =>
  broker.postForm('/sts', {
    Action: action,
    RoleArn: 'arn:aws:iam::000000000000:role/broker/acme/read',
    RoleSessionName: 'session',
    WebIdentityToken: await broker.token(),
    ...fields,
  })
const exchange = async (fields: Record<string, string>) =>
  broker.postForm('/v1/token', { ...EXCHANGE, subject_token: await broker.token(), ...fields })

describe.each([
  [
    'a duration above the maximum',
    'native',
    native,
    { durationSeconds: 3600 },
    readProblem,
    TOO_LONG,
  ],
  [
    'an unknown statement',
    'native',
    native,
    { statements: ['List', 'ReadHme'] },
    readProblem,
    NO_STATEMENT,
  ],
  ['a wider policy', 'native', native, { policy: JSON.parse(POLICY) }, readProblem, WIDER],
  [
    ...(['a policy outside the requested statements', 'native', native] as const),
    { policy: JSON.parse(INNER_POLICY), statements: ['ReadHome'] },
    readProblem,
    'Statement 1 of the session policy allows more than the grant: the grant does not allow ' +
      's3:ListBucket; remove it, or request another grant. Of the grant, only the requested ' +
      'statements count: ReadHome.',
  ],
  [
    'a duration above the maximum',
    'explain',
    explain,
    { durationSeconds: 3600 },
    readExplanation,
    TOO_LONG,
  ],
  [
    'an unknown statement',
    'explain',
    explain,
    { statements: ['ReadHme'] },
    readExplanation,
    NO_STATEMENT,
  ],
  ['a wider policy', 'explain', explain, { policy: JSON.parse(POLICY) }, readExplanation, WIDER],
] as const)('%s at %s', (_, _endpoint, send, body, read, message) => {
  it('is explained to the caller, and recorded', async () => {
    const { status, body: sent } = await send(body)
    expect(status).toBe(send === explain ? 200 : 403)
    expect(read(sent)).toEqual({ code: 'access_denied', message })
    expect(broker.audit.at(-1)?.reason).toContain(message)
  })
})

describe.each([
  ['a duration above the maximum', { DurationSeconds: '3600' }, TOO_LONG],
  ['a wider policy', { Policy: POLICY }, WIDER],
  [
    'a managed policy of another',
    { Policy: INNER_POLICY, 'PolicyArns.member.1.arn': 'arn:aws:iam::aws:policy/Admin' },
    'The managed policy arn:aws:iam::aws:policy/Admin does not belong to the grant, which has ' +
      `${MANAGED}.`,
  ],
])('%s at the STS endpoint', (_, fields, message) => {
  it('is AccessDenied with the reason, the code and the request id', async () => {
    const { status, body } = await assume(fields)
    expect([status, /<Code>(\w+)</.exec(body)?.[1]]).toEqual([403, 'AccessDenied'])
    expect(readXml(body)).toEqual({ code: 'access_denied', message })
  })
})

describe.each([
  ['an unknown statement', { scope: 'grant:read statement:ReadHme' }, NO_STATEMENT],
  ['a wider policy', DETAILS, WIDER],
  [
    'a token that is not released',
    { requested_token_type: JWT },
    'The grant does not release its web identity token; request AWS credentials instead.',
  ],
])('%s at the token exchange', (_, fields, message) => {
  it('is invalid_target with the reason', async () => {
    const { status, body } = await exchange(fields)
    expect([status, JSON.parse(body).error]).toEqual([400, 'invalid_target'])
    expect(readExchange(body)).toEqual({
      code: 'access_denied',
      // RFC 6749 has no double quotes there.
      message: message.replaceAll('"', "'"),
    })
  })
})

it('is not explained to a caller to whom no rule gives the grant', async () => {
  const blocked = await broker.token({ blocked: true })
  const body = { durationSeconds: 3600, statements: ['ReadHme'], policy: JSON.parse(POLICY) }
  const refused = await broker.post('/v1/credentials', blocked, body)
  const sameForAll = expect.stringMatching(
    /^No rule grants what is requested: expected exactly one/,
  )
  expect([refused.status, readProblem(refused.body)]).toEqual([
    403,
    { code: 'access_denied', message: sameForAll },
  ])
  const explained = await broker.post('/v1/explain', blocked, body)
  expect(readExplanation(explained.body).message).toMatch(/^No rule passes; the closest is "/)
  const assumed = await assume({
    ...{ WebIdentityToken: blocked, DurationSeconds: '3600', Policy: POLICY },
  })
  expect(readXml(assumed.body).message).toEqual(sameForAll)
})
