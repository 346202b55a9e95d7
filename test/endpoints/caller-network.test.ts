/** The sample of the documentation ties sessions to the caller's address by `request.ip`. */
import { expect, it } from 'vitest'
import { codeBlocks, readPage, sectionOf } from '../docs/markdown.ts'
import { startTestBroker } from '../fixtures/index.ts'

const PAGE = readPage('packages/core/docs/tenant-document.md')
const [SAMPLE = ''] = codeBlocks(
  sectionOf(PAGE, "### Sessions tied to the caller's address"),
  'yaml',
)
const BARE = SAMPLE.replace(/from: 'request\.ip.*/, 'from: request.ip').replace(
  /pattern: .*/,
  "pattern: '[0-9a-f:.]{2,45}'",
)

it.each([
  ['203.0.113.7', '203.0.113.7/32'],
  ['2001:db8:85a3::8a2e:370:7334', '2001:db8:85a3::8a2e:370:7334/128'],
  ['::1', '::1/128'],
])('a caller at %s gets a session for %s alone', async (clientIp, range) => {
  const { status, conditions } = await requestFrom(clientIp, SAMPLE)
  expect(status).toBe(200)
  expect(conditions).toEqual([{ IpAddress: { 'aws:SourceIp': range } }])
})

it.each(['fe80::1%eth0', '203.0.113.7, 198.51.100.1', '0.0.0.0/0', '', '*', '::ffff:203.0.113.7'])(
  'a caller whose address is reported as %j gets nothing',
  async (clientIp) => {
    const { status, code, conditions } = await requestFrom(clientIp, SAMPLE)
    expect([status, code, conditions]).toEqual([403, 'claim_unusable', []])
  },
)

it('refuses an IPv6 address without a prefix, which IAM reads as a large range', async () => {
  expect(await requestFrom('203.0.113.7', BARE)).toMatchObject({ status: 200 })
  const refused = await requestFrom('2001:db8::1', BARE)
  expect(refused).toMatchObject({ status: 403, code: 'claim_unusable', conditions: [] })
  expect(refused.reason).toMatch(/^A value for IpAddress .*\/32 or \/128\.$/)
  expect(refused.reason).toContain('found "2001:db8::1"')
  expect(refused.body).not.toContain('2001:db8')
})

it('never reads the address from a header', async () => {
  const { conditions } = await requestFrom('203.0.113.7', SAMPLE, {
    'x-forwarded-for': '198.51.100.1',
    forwarded: 'for=198.51.100.1',
  })
  expect(conditions).toEqual([{ IpAddress: { 'aws:SourceIp': '203.0.113.7/32' } }])
})

/** @returns the conditions of the policies that STS got, too */
async function requestFrom(clientIp: string, sample: string, more: Record<string, string> = {}) {
  const broker = await startTestBroker({
    documents: (url) => [
      `tenant: acme\nissuers: [{ issuer: ${url}, audiences: [acme-app] }]\n${sample}`,
    ],
  })
  const headers = { authorization: `Bearer ${await broker.token()}`, ...more }
  const { status, body } = await broker.send({
    ...{ method: 'POST', path: '/v1/credentials', clientIp, headers },
  })
  const policies = broker.sts.calls.map((call) => JSON.parse(call.get('Policy') ?? ''))
  return {
    ...{ status, body, code: JSON.parse(body).code, reason: broker.audit.at(-1)?.reason },
    conditions: policies.flatMap(({ Statement }) => Statement.map(conditionOf)),
  }
}

function conditionOf({ Condition }: { readonly Condition?: object }): unknown {
  return Condition
}
