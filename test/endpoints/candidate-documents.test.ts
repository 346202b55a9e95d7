/** A candidate document decides each request of its tenant too, and changes nothing of it. */
import { expect, it } from 'vitest'
import { countsIn } from '../fixtures/embedded-metrics.ts'
import { startTestBroker, type TestBroker } from '../fixtures/index.ts'

// Two brokers whose responses are compared have one time.
const startedAt = Date.now()
const now = () => startedAt
const plain = await startTestBroker({ now })
const { issuer, sts } = plain

/** A broker with the same document and a candidate, which is the document with a change. */
function withCandidate(
  change: (document: string) => string,
  environment = {},
): Promise<TestBroker> {
  const BROKER_SESSION_NAME_KEY = plain.environment.BROKER_SESSION_NAME_KEY ?? ''
  return startTestBroker({
    ...{ issuer, sts, now, environment: { BROKER_SESSION_NAME_KEY, ...environment } },
    candidates: (documents) => documents.map(change),
  })
}

/** What the record of one request says of the candidate. */
async function candidateOf(
  change: (document: string) => string,
  claims: object = {},
  body: object = {},
): Promise<unknown> {
  const broker = await withCandidate(change)
  await broker.post('/v1/credentials', await broker.token(claims), { tenant: 'acme', ...body })
  const { documentSha256, ...candidate } = broker.audit.at(-1)?.candidate ?? {}
  expect(documentSha256).toMatch(/^[0-9a-f]{64}$/)
  expect(documentSha256).not.toBe(broker.audit.at(-1)?.documentSha256)
  return candidate
}

const replacing = (from: string, to: string) => (document: string) => {
  expect(document).toContain(from)
  return document.replace(from, to)
}

const ONLY_STAFF = replacing(
  "when: 'claims.blocked != true || !has(claims.blocked)'",
  'when: claims.staff == true',
)

it('finds that a candidate would lock out a user, before it is promoted', async () => {
  expect(await candidateOf(ONLY_STAFF)).toMatchObject({ result: 'loses', code: 'access_denied' })
  expect(await candidateOf(ONLY_STAFF, { staff: true })).toMatchObject({
    ...{ result: 'same', rule: 'everybody reads', grant: 'read' },
  })
})

it('finds who would gain access', async () => {
  const all = replacing("when: 'claims.blocked != true || !has(claims.blocked)'", 'when: "true"')
  expect(await candidateOf(all, { blocked: true })).toEqual({
    ...{ result: 'gains', rule: 'everybody reads', grant: 'read' },
  })
  expect(await candidateOf(all)).toMatchObject({ result: 'same' })
})

it.each([
  ['roleArn', replacing('role/acme-app', 'role/other')],
  ['policy', replacing('acme/{{user}}/*', 'other/{{user}}/*')],
  [
    'managedPolicies',
    replacing('    policy:', `    managedPolicies: ['arn:aws:iam::aws:policy/A']\n    policy:`),
  ],
  ['sessionTags', replacing('    policy:', `    sessionTags: { user: '{{user}}' }\n    policy:`)],
  ['durationSeconds', replacing('    policy:', '    duration: 30m\n    policy:')],
  ['sourceIdentity', replacing('    policy:', `    sourceIdentity: '{{user}}'\n    policy:`)],
  ['roleSessionName', replacing("sessionName: '{{user}}'", "sessionName: 'app'")],
  [
    'releasedAudience',
    replacing('    policy:', '    releasedAudience: acme-released\n    policy:'),
  ],
  ['rule', replacing('everybody reads', 'everybody may read')],
])('says that the sessions differ in %s', async (part, change) => {
  // Releasing a token needs a role of its own.
  const own = (document: string) =>
    change(document).replace(
      'write:\n    role: arn:aws:iam::111122223333:role/acme-app',
      'write:\n    role: arn:aws:iam::111122223333:role/acme-write',
    )
  expect(await candidateOf(own)).toMatchObject({ result: 'differs', differences: [part] })
})

it('says that both refuse for different reasons, or for the same one', async () => {
  const unusable = replacing(
    'user: { from: claims.sub }',
    "user: { from: claims.sub, pattern: '[0-9]+' }",
  )
  expect(await candidateOf(unusable, { blocked: true })).toMatchObject({ result: 'same' })
  const open = (document: string) => unusable(document).replace(/when: 'claims.blocked.*/, '')
  expect(await candidateOf(open, { blocked: true })).toMatchObject({
    ...{ result: 'differs', code: 'claim_unusable', differences: ['code'] },
  })
})

it('decides about the audience, the party and the member of a token', async () => {
  const audience = replacing('audiences: [acme-app]', 'audiences: [other-app]')
  const member = replacing(
    'audiences: [acme-app]',
    'audiences: [acme-app]\n    member: claims.org == "a"',
  )
  const parties = replacing(
    'audiences: [acme-app]',
    'audiences: [acme-app]\n    authorizedParties: [x]',
  )
  for (const change of [audience, member, parties])
    expect(await candidateOf(change)).toMatchObject({ result: 'loses', code: 'access_denied' })
  expect(await candidateOf(member, { org: 'a' })).toMatchObject({ result: 'same' })
  const elsewhere = (document: string) =>
    document.replace(/issuer: http.*/, 'issuer: https://else.example')
  expect(await candidateOf(elsewhere)).toMatchObject({ result: 'loses' })
})

it('does not decide where the candidate would verify the token in another way', async () => {
  const settings = [
    'maxTokenAge: 5m',
    'algorithms: [ES256]',
    'subject: claims.email',
    'clockTolerance: 5s',
  ]
  for (const setting of settings) {
    const change = replacing('audiences: [acme-app]', `audiences: [acme-app]\n    ${setting}`)
    expect(await candidateOf(change)).toEqual({
      result: 'undecided',
      reason: 'the candidate verifies tokens of the issuer with other settings',
    })
  }
})

it('compares what the caller requests: a grant, a duration, statements and a policy', async () => {
  const shorter = replacing('maxDuration: 2h', 'maxDuration: 1h')
  const admin = { groups: ['admins'] }
  const write = { grant: 'write', durationSeconds: 7200 }
  expect(await candidateOf(shorter, admin, write)).toMatchObject({
    result: 'loses',
    grant: 'write',
  })
  expect(await candidateOf(shorter, admin, { grant: 'write' })).toMatchObject({ result: 'same' })
  const renamed = replacing('Sid: Read', 'Sid: ReadAll')
  const some = { grant: 'read', statements: ['Read'] }
  expect(await candidateOf(renamed, {}, some)).toMatchObject({ result: 'loses' })
  const narrower = replacing('acme/{{user}}/*', 'acme/{{user}}/public/*')
  const Resource = 'arn:aws:s3:::acme/alice/public/cat.png'
  const policy = {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource }],
  }
  expect(await candidateOf(narrower, {}, { policy })).toMatchObject({ result: 'same' })
  const Other = {
    ...policy,
    Statement: [
      { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::acme/alice/cat.png' },
    ],
  }
  expect(await candidateOf(narrower, {}, { policy: Other })).toMatchObject({ result: 'loses' })
})

it('changes neither the response nor the call of STS', async () => {
  const broker = await withCandidate(ONLY_STAFF)
  for (const claims of [{}, { staff: true }, { blocked: true }, { sub: 'a*' }]) {
    const token = await plain.token({ ...claims, jti: crypto.randomUUID() })
    for (const path of ['/v1/credentials', '/v1/explain'])
      for (const body of [{ tenant: 'acme' }, {}, { tenant: 'acme', grant: 'write' }]) {
        const calls = sts.calls.length
        const without = await plain.post(path, token, body)
        const callOfPlain = sts.calls.slice(calls)
        const beside = await broker.post(path, token, body)
        const callBeside = sts.calls.slice(calls + callOfPlain.length)
        const { candidate: _, ...shown } = JSON.parse(beside.body)
        expect({ ...beside, body: withoutIds(shown), headers: withoutIds(beside.headers) }).toEqual(
          {
            ...without,
            body: withoutIds(JSON.parse(without.body)),
            headers: withoutIds(without.headers),
          },
        )
        expect(callBeside.map(fieldsOf)).toEqual(callOfPlain.map(fieldsOf))
        const { candidate, ...record } = broker.audit.at(-1) ?? {}
        expect(candidate).toBeDefined()
        expect(withoutTimes(record)).toEqual(withoutTimes(plain.audit.at(-1) ?? {}))
      }
  }
})

const withoutIds = (value: object) =>
  JSON.parse(JSON.stringify(value).replaceAll(/request-\d+/g, 'request'))
const withoutTimes = (record: object) => withoutIds({ ...record, time: '', durationsMs: {} })
/** The minted token has an id and times of its own. */
const fieldsOf = (call: URLSearchParams) =>
  [...call].filter(([name]) => name !== 'WebIdentityToken')

it('asks no candidate about a caller whom the document in force does not accept', async () => {
  const broker = await withCandidate(ONLY_STAFF)
  for (const [token, body] of [
    [await broker.token({ aud: 'other' }), { tenant: 'acme' }],
    [await broker.token({ aud: 'other' }), {}],
    [await broker.token(), { tenant: 'unknown' }],
    ['x', { tenant: 'acme' }],
  ] as const) {
    expect((await broker.post('/v1/credentials', token, body)).status).toBeGreaterThan(400)
    expect(broker.audit.at(-1)).not.toHaveProperty('candidate')
  }
})

it('says nothing of a request that was refused for another reason than a document', async () => {
  const broker = await withCandidate(ONLY_STAFF)
  sts.respondWithError(403, 'AccessDenied')
  await broker.post('/v1/credentials', await broker.token({ staff: true }))
  sts.respondWithCredentials()
  // The document in force decided, and AWS refused afterwards.
  expect(broker.audit.at(-1)).toMatchObject({ code: 'sts_rejected', candidate: { result: 'same' } })
})

it('shows the decision of the candidate at the explain endpoint', async () => {
  const broker = await withCandidate(replacing('acme/{{user}}/*', 'other/{{user}}/*'))
  const { body } = await broker.post('/v1/explain', await broker.token())
  expect(JSON.parse(body)).toMatchObject({
    ...{ outcome: 'would-issue', rule: 'everybody reads' },
    candidate: {
      ...{ result: 'differs', differences: ['policy'], rule: 'everybody reads' },
      trace: expect.arrayContaining([
        expect.objectContaining({ check: 'rule "everybody reads"', passed: true }),
      ]),
      plan: { sessionPolicy: { Statement: [{ Resource: 'arn:aws:s3:::other/alice/*' }] } },
    },
  })
  const refused = await broker.post('/v1/explain', await broker.token({ aud: 'other' }))
  expect(JSON.parse(refused.body)).not.toHaveProperty('candidate')
})

it('counts differences as a metric', async () => {
  const environment = { BROKER_METRICS_NAMESPACE: 'TokenBroker/test' }
  const broker = await withCandidate(ONLY_STAFF, environment)
  const countFor = async (claims: object) => {
    await broker.post('/v1/credentials', await broker.token(claims))
    return countsIn(broker.auditText.at(-1) ?? '').CandidateDifferences
  }
  expect(await countFor({})).toBe(1)
  expect(await countFor({ staff: true })).toBeUndefined()
})

it('writes no claim of the caller that the record would not have otherwise', async () => {
  const canary = 'canary-of-a-claim'
  const broker = await withCandidate(
    replacing(
      "when: 'claims.blocked != true || !has(claims.blocked)'",
      `when: 'claims.team == "x"'`,
    ),
  )
  await broker.post('/v1/credentials', await broker.token({ secret: canary, team: 'y' }))
  const text = broker.auditText.at(-1) ?? ''
  expect(JSON.parse(text).candidate.result).toBe('loses')
  expect(text).not.toContain(canary)
})
