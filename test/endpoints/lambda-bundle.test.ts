/** The built bundle, as Lambda runs it, with events recorded from API Gateway. */
import { globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import {
  gatewayEvent,
  HTTP_EVENT_FORMS,
  MAPPED_URL,
  OTHER_EVENTS,
} from '../fixtures/gateway-events.ts'
import { closeAfterTests, startServer, startTestBroker, tenantDocument } from '../fixtures/index.ts'
import { DIST, invokeBundle } from '../fixtures/invoke-bundle.ts'
import { lambdaEvent } from '../fixtures/lambda-event.ts'
import { startPoolBroker } from '../fixtures/pool-broker.ts'
import { POOL_ID } from '../fixtures/pool-document.ts'
import { startParameterStore, startSecretsManager } from '../fixtures/secret-services.ts'
import { startTenantsTable } from '../fixtures/tenants-table.ts'
import { openOperatorTable, writeTenant } from '../fixtures/write-tenants.ts'
import { CLIENT_SECRET, startOpaqueBroker } from './opaque-broker.ts'

const { environment, issuer, token } = await startTestBroker()

it('issues credentials for a recorded event, and writes one audit line', async () => {
  const { statusCode, json, log } = await invoke(lambdaEvent({ token: await token() }))
  expect([statusCode, json.grant]).toEqual([200, 'read'])
  expect(log.trim().split('\n')).toHaveLength(1)
  expect(JSON.parse(log)).toMatchObject({
    outcome: 'issued',
    clientIp: '203.0.113.7',
    userAgent: 'curl/8.5.0',
  })
})

it('accepts a base64 body, and a path that starts with the stage', async () => {
  const { headers, requestContext, ...event } = lambdaEvent({ path: '/dev/v1/credentials' })
  const { authorization: _, ...others } = headers
  const { statusCode } = await invoke({
    ...event,
    headers: { ...others, 'Content-Type': 'application/json' },
    requestContext: { ...requestContext, stage: 'dev' },
    body: Buffer.from(JSON.stringify({ token: await token() })).toString('base64'),
    isBase64Encoded: true,
  })
  expect(statusCode).toBe(200)
})

it.each([
  ['inside the grant', 's3:GetObject', 200, undefined],
  ['outside of it', 's3:PutObject', 403, /^Statement 1 of the session policy allows more/],
])('compares a policy %s, with another file', async (_name, Action, status, detail) => {
  const Resource = 'arn:aws:s3:::acme/alice/x'
  const policy = { Version: '2012-10-17', Statement: { Effect: 'Allow', Action, Resource } }
  const event = lambdaEvent({ token: await token() })
  const { statusCode, json } = await invoke({
    ...event,
    headers: { ...event.headers, 'content-type': 'application/json' },
    body: JSON.stringify({ policy }),
    isBase64Encoded: false,
  })
  expect([statusCode, json.detail]).toEqual([status, detail && expect.stringMatching(detail)])
})

it.each(HTTP_EVENT_FORMS)('issues credentials for an event of the form %s', async (form) => {
  const event = gatewayEvent(form, { token: await token() })
  const { statusCode, json, log } = await invoke(event, { BROKER_ISSUER: MAPPED_URL })
  expect([statusCode, json.grant]).toEqual([200, 'read'])
  expect(JSON.parse(log)).toMatchObject({ outcome: 'issued', clientIp: '203.0.113.7' })
})

it.each(['broker', 'issuer'] as const)('%s logs one line for a scheduled event', async (name) => {
  const [kind, event] = OTHER_EVENTS[0] ?? []
  const { statusCode, json, log } = await invokeBundle(name, Object(event), {
    ...environment,
    BROKER_ISSUER: MAPPED_URL,
    ...(name === 'issuer'
      ? { BROKER_KMS_PUBLISHED_KEYS: 'arn:aws:kms:eu-west-1:111122223333:key/current' }
      : {}),
    AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'secret',
  })
  expect([statusCode, json.code]).toEqual([500, 'config_invalid'])
  expect(JSON.parse(log)).toMatchObject({
    requestId: json.requestId,
    reason: expect.stringContaining(`found ${kind};`),
  })
})

it('responds before the deadline if STS does not', async () => {
  const silent = await closeAfterTests(startServer(() => {}))
  const { statusCode, json, log } = await invoke(lambdaEvent({ token: await token() }), {
    BROKER_STS_ENDPOINT: silent.url,
    REMAINING_MS: '1500',
  })
  expect([statusCode, json.code]).toEqual([503, 'upstream_unavailable'])
  expect(JSON.parse(log)).toMatchObject({ outcome: 'refused', code: 'upstream_unavailable' })
})

it('starts with an invalid setting, refuses with config_invalid, and logs no value', async () => {
  const { statusCode, json, log } = await invoke(lambdaEvent({ token: await token() }), {
    BROKER_ISSUER: 'ftp://secret.example',
  })
  expect([statusCode, json.code]).toEqual([500, 'config_invalid'])
  const [start = '', record = ''] = log.trim().split('\n')
  expect(JSON.parse(start)).toMatchObject({ event: 'start', code: 'config_invalid' })
  expect(start).toContain('BROKER_ISSUER')
  expect(JSON.parse(record)).toMatchObject({ outcome: 'error', code: 'config_invalid' })
  expect(log).not.toContain('secret.example')
})

it.each(globSync('*/*.{mjs,cjs}', { cwd: DIST }).sort())(
  '%s contains no credential chain',
  (file) => {
    const bundle = readFileSync(path.join(DIST, file), 'utf8')
    for (const trace of [
      'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI',
      'AWS_WEB_IDENTITY_TOKEN_FILE',
      'fromInstanceMetadata',
    ])
      expect(bundle).not.toContain(trace)
  },
)

it('reads tenants from a table, with the second file of the bundle', async () => {
  const table = await closeAfterTests(startTenantsTable())
  const operator = await closeAfterTests(openOperatorTable(table))
  await writeTenant(operator, tenantDocument('stored', issuer.url))
  table.requests.length = 0
  const event = lambdaEvent({ token: await token({ aud: 'stored-app' }) })
  const { statusCode, json } = await invoke(event, table.environment)
  expect([statusCode, json.tenant]).toEqual([200, 'stored'])
  expect(table.requests).toEqual(['Query', 'GetItem'])
})

it.each([
  ['Secrets Manager', startSecretsManager, 'token-broker/test/'],
  ['Parameter Store', startParameterStore, '/token-broker/test/secrets/'],
])('asks about an opaque token with a secret of %s, with other files', async (_, start, prefix) => {
  const service = await closeAfterTests(start(prefix))
  service.secrets.set(`${prefix}acme/idp-client`, CLIENT_SECRET)
  const opaque = await startOpaqueBroker({ environment: service.environment })
  const recorded = lambdaEvent({ token: opaque.idp.token() })
  const headers = { ...recorded.headers, 'content-type': 'application/json' }
  const event = { ...recorded, headers, body: '{"tenant":"acme"}' }
  const { statusCode, json } = await invokeBundle('broker', event, opaque.environment)
  expect([statusCode, json.tenant]).toEqual([200, 'acme'])
  expect(service.reads).toEqual([`${prefix}acme/idp-client`])
})

function invoke(event: object, more: Readonly<Record<string, string>> = {}) {
  return invokeBundle('broker', event, { ...environment, ...more })
}

it('serves clients of identity pools with the bundles that it loads for them', async () => {
  const pool = await startPoolBroker()
  const call = async (target: string, body: object) => {
    const event = {
      ...lambdaEvent({ path: `/cognito/${POOL_ID}` }),
      headers: {
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': `AWSCognitoIdentityService.${target}`,
        'x-amz-user-agent': 'aws-sdk-js/3.1163.0',
      },
      body: JSON.stringify(body),
    }
    return (await invokeBundle('broker', event, pool.environment)).json
  }
  const { IdentityId } = await call('GetId', { IdentityPoolId: POOL_ID })
  const issued = await call('GetCredentialsForIdentity', { IdentityId })
  expect(issued).toMatchObject({
    IdentityId,
    Credentials: { AccessKeyId: expect.stringMatching(/^ASIA/) },
  })
  // The refusal is of a class of the main bundle, and is named by another one.
  const unknown = 'eu-central-1:80000000-1111-4222-8333-444455556666'
  const refused = await call('GetCredentialsForIdentity', { IdentityId: unknown })
  expect(refused.__type).toBe('ResourceNotFoundException')
})
