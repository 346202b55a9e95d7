/** With a metrics namespace, each request's audit line is also a CloudWatch metrics document. */
import { afterEach, expect, it } from 'vitest'
import { countsIn, readEmbeddedMetrics } from '../fixtures/embedded-metrics.ts'
import { SECRET_ACCESS_KEY, SESSION_TOKEN, startTestBroker } from '../fixtures/index.ts'
import { startPoolBroker } from '../fixtures/pool-broker.ts'
import { POOL_ID } from '../fixtures/pool-document.ts'
import { startRefusalScenarios } from './refusal-scenarios.ts'

const environment = { BROKER_METRICS_NAMESPACE: 'TokenBroker/test' }
const { broker, keyless, tokens } = await startRefusalScenarios(environment)
const { sts, token } = broker
afterEach(() => sts.respondWithCredentials())

it('counts key fetches from the start, each once', async () => {
  const fresh = await startTestBroker({ environment })
  const counts = [
    countsIn(await lineOf(await fresh.token(), {}, fresh)),
    countsIn(await lineOf(await fresh.token(), {}, fresh)),
  ]
  expect(counts).toEqual([{ Issued: 1, KeyFetches: 1 }, { Issued: 1 }])
})

it('measures each stage, and the size of the session token', async () => {
  const metrics = readEmbeddedMetrics(await lineOf(await token()))
  const stages = ['VerifyLatency', 'ResolveLatency', 'ObtainLatency', 'AssumeLatency']
  expect([...metrics.keys()]).toEqual(expect.arrayContaining(['Issued', 'Latency', ...stages]))
  expect(metrics.get('SessionTokenUtilization')).toMatchObject({ value: 12, unit: 'Percent' })
  expect(metrics.get('SessionTokenSize')).toMatchObject({ value: 1187, unit: 'Bytes' })
  const parts = stages.reduce((sum, name) => sum + (metrics.get(name)?.value ?? Number.NaN), 0)
  expect(metrics.get('Latency')?.value).toBeGreaterThanOrEqual(parts - 0.05)
})

it('counts refusals by code and by who caused them', async () => {
  const refused = (code: string) => ({ Refused: 1, [`Refused{Code=${code}}`]: 1 })
  expect(countsOf(await lineOf(await token(), { grant: 'none' }))).toEqual(refused('access_denied'))
  expect(countsOf(await lineOf(await token({ sub: 'a*' })))).toEqual(refused('claim_unusable'))
  expect(countsOf(await lineOf('x'))).toEqual(refused('invalid_token'))
  expect(countsOf(await lineOf(await tokens.ofDeadIssuer()))).toEqual({
    ...refused('issuer_unavailable'),
    Errors: 1,
  })
  sts.respondWithError(403, 'AccessDenied')
  expect(countsOf(await lineOf(await token()))).toEqual({
    ...refused('sts_rejected'),
    Errors: 1,
    StsErrors: 1,
  })
  sts.respondWithError(400, 'Throttling')
  expect(countsOf(await lineOf(await token()))).toEqual({
    ...refused('throttled'),
    StsErrors: 1,
    Throttled: 1,
  })
  expect(countsOf(await lineOf(await token(), {}, keyless))).toEqual({
    ...refused('config_invalid'),
    ...{ Errors: 1, SigningErrors: 1 },
  })
})

it('counts new guests of identity pools, and no guest twice', async () => {
  const pool = await startPoolBroker({}, { environment })
  const guest = await pool.guest()
  expect(countsIn(String(pool.auditText.at(-1)))).toEqual({ NewGuests: 1 })
  await pool.call('GetCredentialsForIdentity', { IdentityId: guest })
  expect(countsIn(String(pool.auditText.at(-1)))).toEqual({ Issued: 1 })
  await pool.call('GetCredentialsForIdentity', { IdentityId: 'eu-west-1:0-0' })
  expect(countsIn(String(pool.auditText.at(-1)))).toEqual({ Issued: 1, NewGuests: 1 })
  await pool.call('GetId', { IdentityPoolId: POOL_ID, Logins: await pool.login() })
  expect(countsIn(String(pool.auditText.at(-1)))).not.toHaveProperty('NewGuests')
})

it('adds nothing secret to the audit record', async () => {
  const subjectToken = await token()
  const lines = [await lineOf(subjectToken)]
  sts.respondWithError(403, 'AccessDenied', `no ${SESSION_TOKEN.slice(0, 6)} ${subjectToken}`)
  lines.push(await lineOf(subjectToken))
  for (const canary of [SECRET_ACCESS_KEY, SESSION_TOKEN, subjectToken, 'eyJhbGciOi'])
    for (const line of lines) expect(line).not.toContain(canary)
  const added = Object.keys(JSON.parse(String(lines[1]))).filter((name) => /^[A-Z_]/.test(name))
  expect(added.sort()).toEqual([
    ...['AssumeLatency', 'Code', 'Errors', 'Latency', 'ObtainLatency', 'Refused'],
    ...['ResolveLatency', 'StsErrors', 'VerifyLatency', '_aws'],
  ])
})

it.each(['AWS/Lambda', 'two words', 'n'.repeat(256)])(
  'refuses the namespace %s at the start',
  async (namespace) => {
    const start = startTestBroker({ environment: { BROKER_METRICS_NAMESPACE: namespace } })
    await expect(start).rejects.toThrow('BROKER_METRICS_NAMESPACE')
  },
)

async function lineOf(subjectToken: string, body?: object, by = broker): Promise<string> {
  const before = by.auditText.length
  await by.post('/v1/credentials', subjectToken, body)
  expect(by.auditText).toHaveLength(before + 1)
  return String(by.auditText.at(-1))
}

/** Without key fetches, which only the line of the first request counts. */
function countsOf(line: string) {
  const { KeyFetches: _, ...counts } = countsIn(line)
  return counts
}
