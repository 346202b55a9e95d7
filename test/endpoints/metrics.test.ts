/** A broker with a metrics namespace: each request's audit line is a CloudWatch document, and says no more than it did before. */
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { countsIn, readEmbeddedMetrics } from '../fixtures/embedded-metrics.ts'
import { startBroker, type TestBroker, tenantDocument } from '../fixtures/in-process-broker.ts'
import { startIssuer, type TestIssuer } from '../fixtures/issuer-server.ts'
import {
  SECRET_ACCESS_KEY,
  SESSION_TOKEN,
  type StsServer,
  startStsServer,
} from '../fixtures/sts-server.ts'

let issuer: TestIssuer
let deadIssuer: TestIssuer
let sts: StsServer
let broker: TestBroker
let withoutKey: TestBroker

const seconds = () => Math.floor(Date.now() / 1000)
const token = (more: object = {}) =>
  issuer.sign({
    iss: issuer.url,
    sub: 'alice',
    aud: 'acme-app',
    iat: seconds(),
    exp: seconds() + 600,
    ...more,
  })

beforeAll(async () => {
  issuer = await startIssuer()
  deadIssuer = await startIssuer()
  sts = await startStsServer()
  const documents = [tenantDocument('acme', issuer.url), tenantDocument('dead', deadIssuer.url)]
  const environment = { BROKER_METRICS_NAMESPACE: 'TokenBroker/test' }
  deadIssuer.respondWith((_path, response) => response.writeHead(500).end())
  broker = await startBroker({ documents, stsEndpoint: sts.url, environment })
  withoutKey = await startBroker({
    documents,
    stsEndpoint: sts.url,
    environment: { ...environment, BROKER_SIGNING_KEY: '' },
  })
})
afterEach(() => sts.answerCredentials())
afterAll(async () => {
  broker.close()
  withoutKey.close()
  await Promise.all([issuer.close(), deadIssuer.close(), sts.close()])
})

async function lineOf(subjectToken: string, body?: object, to = broker): Promise<string> {
  const before = to.auditText.length
  await to.post('/v1/credentials', subjectToken, body)
  expect(to.auditText).toHaveLength(before + 1)
  return String(to.auditText.at(-1))
}
/** Without key fetches, of which the first requests tell some. */
const countsOf = (line: string) => {
  const { KeyFetches: _, ...counts } = countsIn(line)
  return counts
}

it('counts key fetches from the start on, once', async () => {
  const fresh = await startBroker({
    documents: [tenantDocument('acme', issuer.url)],
    stsEndpoint: sts.url,
    environment: { BROKER_METRICS_NAMESPACE: 'n' },
  })
  const counts = [
    countsIn(await lineOf(await token(), {}, fresh)),
    countsIn(await lineOf(await token(), {}, fresh)),
  ]
  fresh.close()
  expect(counts).toEqual([{ Issued: 1, KeyFetches: 1 }, { Issued: 1 }])
})

it('tells where time went, and how large the policy was', async () => {
  const metrics = readEmbeddedMetrics(await lineOf(await token()))
  const stages = ['VerifyLatency', 'ResolveLatency', 'ObtainLatency', 'AssumeLatency']
  expect([...metrics.keys()]).toEqual(
    expect.arrayContaining(['Issued', 'PackedPolicySize', 'Latency', ...stages]),
  )
  expect(metrics.get('PackedPolicySize')?.value).toBe(12)
  const parts = stages.reduce((sum, name) => sum + (metrics.get(name)?.value ?? Number.NaN), 0)
  expect(metrics.get('Latency')?.value).toBeGreaterThanOrEqual(parts - 0.05)
})

it('counts refusals by code, and whose fault they are', async () => {
  const refused = (code: string) => ({ Refused: 1, [`Refused{Code=${code}}`]: 1 })
  expect(countsOf(await lineOf(await token(), { grant: 'none' }))).toEqual(refused('access_denied'))
  expect(countsOf(await lineOf(await token({ sub: 'a*' })))).toEqual(refused('claim_unusable'))
  expect(countsOf(await lineOf('x'))).toEqual(refused('invalid_token'))
  const unreachable = await deadIssuer.sign({
    ...{ iss: deadIssuer.url, aud: 'dead-app', sub: 'a', iat: seconds(), exp: seconds() + 60 },
  })
  expect(countsOf(await lineOf(unreachable))).toEqual({
    ...refused('issuer_unavailable'),
    Errors: 1,
  })
  sts.answerError(403, 'AccessDenied')
  expect(countsOf(await lineOf(await token()))).toEqual({
    ...refused('sts_rejected'),
    Errors: 1,
    StsErrors: 1,
  })
  sts.answerError(400, 'Throttling')
  expect(countsOf(await lineOf(await token()))).toEqual({
    ...refused('throttled'),
    StsErrors: 1,
    Throttled: 1,
  })
  expect(countsOf(await lineOf(await token(), {}, withoutKey))).toEqual({
    ...refused('config_invalid'),
    ...{ Errors: 1, SigningErrors: 1 },
  })
})

it('says no more than the audit record does, and nothing secret', async () => {
  const subjectToken = await token()
  const lines = [await lineOf(subjectToken)]
  sts.answerError(403, 'AccessDenied', `no ${SESSION_TOKEN.slice(0, 6)} ${subjectToken}`)
  lines.push(await lineOf(subjectToken))
  for (const canary of [SECRET_ACCESS_KEY, SESSION_TOKEN, subjectToken, 'eyJhbGciOi'])
    for (const line of lines) expect(line).not.toContain(canary)
  const added = Object.keys(JSON.parse(String(lines[1]))).filter((name) => /^[A-Z_]/.test(name))
  expect(added.sort()).toEqual(
    [
      'AssumeLatency',
      'Code',
      'Errors',
      'Latency',
      'ObtainLatency',
      'Refused',
      'ResolveLatency',
      'StsErrors',
    ].concat(['VerifyLatency', '_aws']),
  )
})

it.each(['AWS/Lambda', 'two words', 'n'.repeat(256)])(
  'refuses the namespace %s at the start',
  async (namespace) => {
    const start = startBroker({
      documents: [],
      stsEndpoint: sts.url,
      environment: { BROKER_METRICS_NAMESPACE: namespace },
    })
    await expect(start).rejects.toThrow('BROKER_METRICS_NAMESPACE')
  },
)
