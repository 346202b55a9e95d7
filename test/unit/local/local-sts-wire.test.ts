/** The local STS over plain HTTP: requests that no SDK sends, AWS's messages, and what it logs. */
import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { rolesForTenants } from '../../../packages/local/src/local-sts/roles.ts'
import { type LocalSts, startLocalSts } from '../../../packages/local/src/local-sts/server.ts'
import { type FakeIssuer, startFakeIssuer } from './fake-issuer.ts'
import { sampleTenant } from './sample-tenant.ts'

const ROLE = 'arn:aws:iam::111122223333:role/acme-app'
const TAGGED_ROLE = `${ROLE}-tagged`
const log: string[] = []
let issuer: FakeIssuer
let sts: LocalSts

beforeAll(async () => {
  issuer = await startFakeIssuer()
  const tenants = [sampleTenant(ROLE), sampleTenant(TAGGED_ROLE, 'minted', tags('{{value}}'))]
  const roles = rolesForTenants(tenants, issuer.url)
  sts = await startLocalSts({ port: 0, roles, log: (line) => log.push(line) })
})
afterAll(async () => {
  await sts.close()
  await issuer.close()
})

it('logs at the start that it is a stand-in', () => {
  expect(log[0]).toMatch(/stand-in for AWS STS, for development only/)
})

it.each(['RoleArn', 'RoleSessionName', 'WebIdentityToken'])(
  'refuses a request without %s',
  async (parameter) => {
    const { status, text, code } = await call({ [parameter]: undefined })
    expect([status, code]).toEqual([400, 'ValidationError'])
    expect(text).toContain('1 validation error detected: Value null at ')
    expect(text).toContain('Member must not be null')
  },
)

it.each([
  ['GetCallerIdentity', '2011-06-15'],
  ['AssumeRoleWithWebIdentity', '2010-05-08'],
])('refuses %s of version %s', async (Action, Version) => {
  expect(await call({ Action, Version })).toMatchObject({
    status: 400,
    code: 'InvalidAction',
    text: expect.stringContaining(`Could not find operation ${Action} for version ${Version}`),
  })
})

it('refuses a duration that is not a number', async () => {
  expect(await call({ DurationSeconds: 'long' })).toMatchObject({
    status: 400,
    code: 'ValidationError',
  })
})

it('refuses GET, which would put the token into logs', async () => {
  const response = await fetch(`${sts.url}/?Action=AssumeRoleWithWebIdentity`)
  expect(response.status).toBe(405)
})

it("refuses with AWS's message, whether or not the role exists, and says why", async () => {
  const audience = `${issuer.url.replace('http://', '')}:aud`
  for (const [fields, reason] of [
    [{ RoleArn: `${ROLE}s` }, `there is no role ${ROLE}s; did you mean ${ROLE}?`],
    [
      { WebIdentityToken: await issuer.sign({ aud: 'other' }) },
      `sts:AssumeRoleWithWebIdentity: statement 1: StringEquals ${audience}: ` +
        'expected &#34;sts.amazonaws.com&#34;, found &#34;other&#34;',
    ],
  ] as const) {
    const { status, text, code } = await call(fields)
    expect([status, code]).toEqual([403, 'AccessDenied'])
    const message = /<Message>(.*)<\/Message>/.exec(text)?.[1]
    expect(message).toBe(
      `Not authorized to perform sts:AssumeRoleWithWebIdentity (local STS: ${reason})`,
    )
    expect(text).toMatch(/<RequestId>[0-9a-f-]{36}<\/RequestId>/)
  }
})

it('reads azp as the audience if the token has one', async () => {
  const trusted = await issuer.sign({ aud: ['a', 'b'], azp: 'sts.amazonaws.com' })
  expect((await call({ WebIdentityToken: trusted })).status).toBe(200)
  const other = await issuer.sign({ aud: 'sts.amazonaws.com', azp: 'other' })
  expect(await call({ WebIdentityToken: other })).toMatchObject({ code: 'AccessDenied' })
})

it('refuses tags over the packed size', async () => {
  const claim = Object.fromEntries(
    Object.keys(tags('')).map((key) => [key, [randomBytes(180).toString('base64')]]),
  )
  const token = await issuer.sign({ 'https://aws.amazon.com/tags': { principal_tags: claim } })
  expect(await call({ RoleArn: TAGGED_ROLE, WebIdentityToken: token })).toMatchObject({
    status: 400,
    code: 'PackedPolicyTooLarge',
  })
})

it('refuses a managed policy of another account', async () => {
  const name = 'PolicyArns.member.1.arn'
  expect((await call({ [name]: 'arn:aws:iam::aws:policy/ReadOnlyAccess' })).status).toBe(200)
  const other = await call({ [name]: 'arn:aws:iam::999999999999:policy/x' })
  expect(other).toMatchObject({ status: 400, code: 'ValidationError' })
})

it('escapes claims in the response', async () => {
  const { text } = await call({ WebIdentityToken: await issuer.sign({ sub: 'acme/only/<a>&' }) })
  expect(text).toContain(
    '<SubjectFromWebIdentityToken>acme/only/&#60;a&#62;&#38;</SubjectFromWebIdentityToken>',
  )
})

it('keeps requests for tests without their tokens, and logs no token', async () => {
  const token = await issuer.sign()
  await call({ WebIdentityToken: token, Policy: '{' })
  expect(sts.requests.at(-1)).toMatchObject({
    RoleArn: ROLE,
    RoleSessionName: 'alice',
    Policy: '{',
  })
  expect(JSON.stringify(sts.requests)).not.toContain(token)
  expect(log.join('\n')).not.toContain(token)
})

async function call(fields: Record<string, string | undefined> = {}) {
  const form = {
    Action: 'AssumeRoleWithWebIdentity',
    Version: '2011-06-15',
    RoleArn: ROLE,
    RoleSessionName: 'alice',
    WebIdentityToken: await issuer.sign(),
    ...fields,
  }
  const body = new URLSearchParams()
  for (const [name, value] of Object.entries(form)) if (value !== undefined) body.set(name, value)
  const response = await fetch(sts.url, { method: 'POST', body })
  const text = await response.text()
  return { status: response.status, text, code: /<Code>(.*)<\/Code>/.exec(text)?.[1] }
}

/** 50 tags, the most that STS accepts. */
function tags(value: string): Record<string, string> {
  return Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`k${index}`, value]))
}
