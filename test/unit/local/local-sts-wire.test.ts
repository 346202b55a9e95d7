/** The local STS on the wire: what an SDK never sends, AWS's messages, what it logs, and what it keeps. */
import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { rolesForTenants } from '../../../packages/local/src/local-sts/roles.ts'
import { startLocalSts } from '../../../packages/local/src/local-sts/server.ts'
import { startFakeIssuer } from './fake-issuer.ts'
import { sampleTenant } from './sample-tenant.ts'

const ROLE = 'arn:aws:iam::111122223333:role/acme-app'
const TAG_KEYS = Array.from({ length: 50 }, (_, index) => `k${index}`)
const TAG_TEMPLATES = Object.fromEntries(TAG_KEYS.map((key) => [key, '{{value}}']))
const log: string[] = []
let issuer: Awaited<ReturnType<typeof startFakeIssuer>>
let sts: Awaited<ReturnType<typeof startLocalSts>>

beforeAll(async () => {
  issuer = await startFakeIssuer()
  const roles = rolesForTenants([sampleTenant(ROLE, 'minted', TAG_TEMPLATES)], issuer.url)
  sts = await startLocalSts({ port: 0, roles, log: (line) => log.push(line) })
})
afterAll(async () => {
  await sts.close()
  await issuer.close()
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

test('it says at the start that it is a stand-in', () => {
  expect(log[0]).toMatch(/stand-in for AWS STS, for development only/)
})

test.each(['RoleArn', 'RoleSessionName', 'WebIdentityToken'])('without %s', async (parameter) => {
  const { status, text, code } = await call({ [parameter]: undefined })
  expect([status, code]).toEqual([400, 'ValidationError'])
  expect(text).toContain('1 validation error detected: Value null at ')
  expect(text).toContain('Member must not be null')
})

test.each([
  ['GetCallerIdentity', '2011-06-15'],
  ['AssumeRoleWithWebIdentity', '2010-05-08'],
])('%s of %s is no operation', async (Action, Version) => {
  expect(await call({ Action, Version })).toMatchObject({
    status: 400,
    code: 'InvalidAction',
    text: expect.stringContaining(`Could not find operation ${Action} for version ${Version}`),
  })
})

test('a duration that is no number', async () => {
  expect(await call({ DurationSeconds: 'long' })).toMatchObject({
    status: 400,
    code: 'ValidationError',
  })
})

test('GET is refused: it would put the token into logs', async () => {
  const response = await fetch(`${sts.url}/?Action=AssumeRoleWithWebIdentity`)
  expect(response.status).toBe(405)
})

test("AWS's own words where a role refuses, whether or not it exists", async () => {
  for (const fields of [
    { RoleArn: `${ROLE}-other` },
    { WebIdentityToken: await issuer.sign({ aud: 'other' }) },
  ]) {
    const { status, text, code } = await call(fields)
    expect([status, code]).toEqual([403, 'AccessDenied'])
    expect(text).toContain(
      '<Message>Not authorized to perform sts:AssumeRoleWithWebIdentity</Message>',
    )
    expect(text).toMatch(/<RequestId>[0-9a-f-]{36}<\/RequestId>/)
  }
})

test('azp is the audience where the token has one', async () => {
  const trusted = await issuer.sign({ aud: ['a', 'b'], azp: 'sts.amazonaws.com' })
  expect((await call({ WebIdentityToken: trusted })).status).toBe(200)
  const other = await issuer.sign({ aud: 'sts.amazonaws.com', azp: 'other' })
  expect(await call({ WebIdentityToken: other })).toMatchObject({ code: 'AccessDenied' })
})

test('tags beyond the packed size are refused', async () => {
  const value = () => [randomBytes(180).toString('base64')]
  const tags = Object.fromEntries(TAG_KEYS.map((key) => [key, value()]))
  const token = await issuer.sign({ 'https://aws.amazon.com/tags': { principal_tags: tags } })
  expect(await call({ WebIdentityToken: token })).toMatchObject({
    status: 400,
    code: 'PackedPolicyTooLarge',
  })
})

test('a managed policy of another account is refused', async () => {
  const name = 'PolicyArns.member.1.arn'
  expect((await call({ [name]: 'arn:aws:iam::aws:policy/ReadOnlyAccess' })).status).toBe(200)
  const other = await call({ [name]: 'arn:aws:iam::999999999999:policy/x' })
  expect(other).toMatchObject({ status: 400, code: 'ValidationError' })
})

test('a claim is escaped in the answer', async () => {
  const { text } = await call({ WebIdentityToken: await issuer.sign({ sub: 'acme/<a>&' }) })
  expect(text).toContain(
    '<SubjectFromWebIdentityToken>acme/&#60;a&#62;&#38;</SubjectFromWebIdentityToken>',
  )
})

test('requests are kept for tests, without their tokens, and no token is logged', async () => {
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
