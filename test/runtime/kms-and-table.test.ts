/** The deployed bundles in Lambda's runtime interface client, with KMS and a table of tenants. */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { createLocalJWKSet, jwtVerify } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { startBroker, type TestBroker, tenantDocument } from '../fixtures/in-process-broker.ts'
import { startIssuer, type TestIssuer } from '../fixtures/issuer-server.ts'
import { type KmsServer, startKmsServer } from '../fixtures/kms-server.ts'
import { type StsServer, startStsServer } from '../fixtures/sts-server.ts'
import { REGION, startTenantsTable, type TenantsTable } from '../fixtures/tenants-table.ts'
import { openOperatorTable, writeTenant } from '../fixtures/write-tenants.ts'
import { isClientInstalled, type Lambda, startLambda } from './runtime-api.ts'

const DIST = path.join(import.meta.dirname, '../../dist')
const EVENT = readFileSync(
  path.join(import.meta.dirname, '../fixtures/events/post-credentials.json'),
  'utf8',
)
const RESPONSE = z.object({ payload: z.object({ statusCode: z.number(), body: z.string() }) })

const skipped = !isClientInstalled() && process.env.CI !== 'true'
if (skipped) console.warn('Skipped: aws-lambda-ric is not installed; run npm run install:runtime.')

describe.skipIf(skipped)('the two functions of a stage', { timeout: 300_000 }, () => {
  let idp: TestIssuer
  let sts: StsServer
  let kms: KmsServer
  let table: TenantsTable
  let settings: TestBroker
  let broker: Lambda
  let issuer: Lambda

  beforeAll(async () => {
    ;[idp, sts, kms, table] = await Promise.all([
      startIssuer(),
      startStsServer(),
      startKmsServer(),
      startTenantsTable(),
    ])
    const operator = openOperatorTable(table)
    await writeTenant(operator, tenantDocument('acme', idp.url))
    operator.close()
    table.requests.length = 0
    const [current, next] = [kms.createKey('RSA_2048'), kms.createKey('ECC_NIST_P256')]
    settings = await startBroker({ documents: [], stsEndpoint: sts.url })
    const { BROKER_SIGNING_KEY: _, ...common } = settings.environment
    const kmsVariables = { ...kms.environment, BROKER_KMS_ENDPOINT: kms.url }
    broker = await startLambda({
      bundle: path.join(DIST, 'broker'),
      environment: {
        ...common,
        ...kmsVariables,
        BROKER_KMS_SIGNING_KEY: current,
        AWS_REGION: REGION,
        BROKER_TENANTS_TABLE: table.name,
        BROKER_DYNAMODB_ENDPOINT: table.url,
      },
    })
    issuer = await startLambda({
      bundle: path.join(DIST, 'issuer'),
      environment: {
        ...kmsVariables,
        BROKER_LOCAL: '1',
        BROKER_ISSUER: 'http://127.0.0.1:8787',
        BROKER_KMS_PUBLISHED_KEYS: `${current},${next}`,
      },
    })
  })
  afterAll(async () => {
    await Promise.all([broker.close(), issuer.close()])
    settings.close()
    await Promise.all([idp.close(), sts.close(), kms.close(), table.close()])
  })

  const get = async (lambda: Lambda, rawPath: string) => {
    const event = JSON.parse(EVENT)
    event.requestContext.http.method = 'GET'
    const { payload } = RESPONSE.parse(await lambda.invoke({ ...event, rawPath }))
    return { status: payload.statusCode, json: JSON.parse(payload.body) }
  }
  const issue = async () => {
    const now = Math.floor(Date.now() / 1000)
    const token = await idp.sign({
      iss: idp.url,
      sub: 'alice',
      aud: 'acme-app',
      iat: now,
      exp: now + 600,
    })
    return RESPONSE.parse(await broker.invoke(JSON.parse(EVENT.replace('TOKEN', token)))).payload
      .statusCode
  }

  it('mints tokens, cold and warm, that match the keys that the issuer publishes', async () => {
    expect([await issue(), await issue()]).toEqual([200, 200])
    const { json } = await get(issuer, '/.well-known/jwks.json')
    expect(json.keys.map(({ alg }: { alg: string }) => alg)).toEqual(['RS256', 'ES256'])
    for (const call of sts.calls)
      await jwtVerify(call.get('WebIdentityToken') ?? '', createLocalJWKSet(json), {
        audience: 'sts.amazonaws.com',
      })
    expect(sts.calls).toHaveLength(2)
    // Each key is read once, each token is signed once, and the table is read once.
    expect(kms.calls.map((call) => call.split(' ')[0]).sort()).toEqual([
      'GetPublicKey',
      'GetPublicKey',
      'Sign',
      'Sign',
    ])
    expect(table.requests).toEqual(['Query', 'GetItem'])
  })

  it('separates tasks: the broker publishes no keys, the issuer no credentials', async () => {
    expect((await get(broker, '/.well-known/jwks.json')).status).toBe(404)
    expect((await get(issuer, '/.well-known/openid-configuration')).json.issuer).toBe(
      'http://127.0.0.1:8787',
    )
    const { payload } = RESPONSE.parse(await issuer.invoke(JSON.parse(EVENT)))
    expect(payload.statusCode).toBe(404)
  })

  it('responds 503 while KMS fails, still publishes its keys, and recovers', async () => {
    kms.respondWith((response) => response.writeHead(500).end('{}'))
    expect(await issue()).toBe(503)
    expect((await get(issuer, '/.well-known/jwks.json')).json.keys).toHaveLength(2)
    kms.respondWith(undefined)
    expect(await issue()).toBe(200)
  })
})
