/** Requests to the endpoint for identity pools that are not well formed, or not for apps. */
import { describe, expect, it } from 'vitest'
import { startPoolBroker } from '../fixtures/pool-broker.ts'
import { OTHER_POOL_ID, POOL_ID } from '../fixtures/pool-document.ts'

const broker = await startPoolBroker({ document: { allowedOrigins: ['https://game.example'] } })
const IDENTITY_ID = 'eu-central-1:00000000-1111-4222-8333-444455556666'
const TARGET = 'AWSCognitoIdentityService.GetId'

const send = (path: string, headers: Record<string, string> = {}, method = 'POST') =>
  broker.send({
    ...{ method, path },
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': TARGET,
      ...headers,
    },
    body: Buffer.from(JSON.stringify({ IdentityPoolId: POOL_ID })),
  })

describe('the path', () => {
  it.each([
    `/cognito/${POOL_ID}`,
    `/cognito/${POOL_ID}/`,
    `/cognito/${POOL_ID.replace(':', '%3A')}`,
    // Where a REST API serves /cognito, backends use this one.
    `/v1/cognito/${POOL_ID}`,
    `/cognito/${POOL_ID.replace(':', '%3a')}/`,
  ])('%s is the pool’s', async (path) => {
    expect((await send(path)).status).toBe(200)
  })

  it.each([
    ['another pool', `/cognito/${OTHER_POOL_ID}`],
    ['no pool', '/cognito/x'],
    ['a prefix of the pool', `/cognito/${POOL_ID.slice(0, -1)}`],
    ['the pool in capitals', `/cognito/${POOL_ID.toUpperCase()}`],
  ])('of %s is ResourceNotFoundException', async (_, path) => {
    const { status, body } = await send(path)
    expect([status, JSON.parse(body).__type]).toEqual([400, 'ResourceNotFoundException'])
    expect(broker.audit.at(-1)).toMatchObject({ outcome: 'refused', code: 'access_denied' })
  })

  it('is that of a pool which is named in the body too', async () => {
    const { json } = await broker.call('GetId', { IdentityPoolId: OTHER_POOL_ID })
    expect(json).toEqual({
      __type: 'ResourceNotFoundException',
      message: `IdentityPool '${OTHER_POOL_ID}' not found.`,
    })
  })

  it('says no more of a pool that exists nowhere than that there is none', async () => {
    const body = { IdentityId: IDENTITY_ID }
    const { json } = await broker.call('GetCredentialsForIdentity', body, {}, OTHER_POOL_ID)
    expect(json).toEqual({
      __type: 'ResourceNotFoundException',
      message: `IdentityPool '${OTHER_POOL_ID}' not found.`,
    })
    expect(broker.audit.at(-1)).toMatchObject({ pool: OTHER_POOL_ID, code: 'access_denied' })
  })

  it.each([
    ['GET', `/cognito/${POOL_ID}`, 405],
    ['POST', '/cognito', 404],
    ['POST', '/cognito/', 404],
    ['POST', `/cognito/${POOL_ID}/more`, 404],
    ['POST', `/cognito/${'a'.repeat(129)}`, 404],
  ])('%s %s is %d', async (method, path, status) => {
    expect((await send(path, {}, method)).status).toBe(status)
  })
})

describe('the operation', () => {
  it.each([
    ...['CreateIdentityPool', 'DeleteIdentities', 'DeleteIdentityPool', 'DescribeIdentity'],
    ...['DescribeIdentityPool', 'GetIdentityPoolRoles', 'GetPrincipalTagAttributeMap'],
    ...['ListIdentities', 'ListIdentityPools', 'ListTagsForResource', 'SetIdentityPoolRoles'],
    ...['SetPrincipalTagAttributeMap', 'TagResource', 'UntagResource', 'UpdateIdentityPool'],
  ])('%s is for administrators: NotAuthorizedException', async (operation) => {
    const { status, json } = await broker.call(operation, { IdentityPoolId: POOL_ID })
    expect([status, json.__type]).toEqual([400, 'NotAuthorizedException'])
    expect(json.message).toMatch(/^This operation is not available here: /)
    expect(broker.audit.at(-1)).toMatchObject({ endpoint: 'cognito', code: 'access_denied' })
  })

  it('GetOpenIdToken is off', async () => {
    const { status, json } = await broker.call('GetOpenIdToken', { IdentityId: IDENTITY_ID })
    expect([status, json.__type]).toEqual([400, 'InvalidParameterException'])
    expect(json.message).toMatch(
      /^Basic \(classic\) flow is not enabled, please use enhanced flow\./,
    )
  })

  it('may be written as in the API Reference', async () => {
    const target = `com.amazonaws.cognito.identity.model.${TARGET}`
    expect((await send(`/cognito/${POOL_ID}`, { 'x-amz-target': target })).status).toBe(200)
  })

  it.each(
    [
      ['', 'AWSCognitoIdentityService.', 'AWSCognitoIdentityService.getid', 'GetId'],
      ['AWSCognitoIdentityProviderService.GetId', `x${TARGET}`, `${TARGET}, ${TARGET}`],
      ['AWSCognitoIdentityService.constructor', 'AWSCognitoIdentityService.__proto__'],
    ].flat(),
  )('of the target "%s" is UnknownOperationException', async (target) => {
    const { status, body } = await send(`/cognito/${POOL_ID}`, { 'x-amz-target': target })
    expect([status, JSON.parse(body).__type]).toEqual([400, 'UnknownOperationException'])
  })
})

describe('the body', () => {
  it.each([
    ['nothing', ''],
    ['no JSON', '{"IdentityPoolId":'],
    ['a list', '[]'],
    ['null', 'null'],
    ['a member twice', `{"IdentityPoolId":"${POOL_ID}","IdentityPoolId":"${POOL_ID}"}`],
    ['a login twice', `{"IdentityPoolId":"${POOL_ID}","Logins":{"a":"b","a":"c"}}`],
    ['a number as a text', '{"IdentityPoolId":5}'],
    ['a list of logins', `{"IdentityPoolId":"${POOL_ID}","Logins":[]}`],
    ['a login that is no text', `{"IdentityPoolId":"${POOL_ID}","Logins":{"a":1}}`],
    ['text that is not well formed', `{"IdentityPoolId":"${POOL_ID}","Logins":{"a":"\\ud800"}}`],
    ['deep nesting', `{"IdentityPoolId":"${POOL_ID}","x":${'['.repeat(40)}${']'.repeat(40)}}`],
  ])('with %s is SerializationException', async (_, body) => {
    const { status, json } = await broker.call('GetId', body)
    expect([status, json.__type]).toEqual([400, 'SerializationException'])
    expect(broker.audit.at(-1)).toMatchObject({ endpoint: 'cognito', code: 'invalid_request' })
  })

  it.each(['application/json', 'text/plain', ''])('of the type "%s" is not read', async (type) => {
    const { status, body } = await send(`/cognito/${POOL_ID}`, { 'content-type': type })
    expect([status, JSON.parse(body).__type]).toEqual([400, 'SerializationException'])
  })

  it('that is not UTF-8, or too long, is not read', async () => {
    const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': TARGET }
    for (const body of [Buffer.from([0x7b, 0xff, 0x7d]), Buffer.alloc(160 * 1024 + 1, ' ')]) {
      const { body: text } = await broker.send({
        ...{ method: 'POST', path: `/cognito/${POOL_ID}`, headers, body },
      })
      expect(JSON.parse(text).__type).toBe('SerializationException')
    }
  })

  const LONG = 'a'.repeat(56)
  it.each([
    [{}, 'identityPoolId', 'Member must not be null'],
    [{ IdentityPoolId: null }, 'identityPoolId', 'Member must not be null'],
    [
      { IdentityPoolId: '' },
      'identityPoolId',
      'Member must have length greater than or equal to 1',
    ],
    [
      { IdentityPoolId: LONG },
      'identityPoolId',
      'Member must have length less than or equal to 55',
    ],
    [
      { IdentityPoolId: 'game' },
      'identityPoolId',
      'Member must satisfy regular expression pattern: [\\w-]+:[0-9a-f-]+',
    ],
    [
      { IdentityPoolId: `${POOL_ID}\n` },
      'identityPoolId',
      'Member must satisfy regular expression pattern: [\\w-]+:[0-9a-f-]+',
    ],
    [
      { IdentityPoolId: POOL_ID, AccountId: 'abc' },
      'accountId',
      'Member must satisfy regular expression pattern: \\d+',
    ],
    [
      { IdentityPoolId: POOL_ID, Logins: { '': 'token' } },
      'logins',
      'Map keys must satisfy constraint: [Member must have length greater than or equal to 1]',
    ],
    [
      { IdentityPoolId: POOL_ID, Logins: { google: '' } },
      'logins',
      'Map value must satisfy constraint: [Member must have length greater than or equal to 1]',
    ],
    [
      { IdentityPoolId: POOL_ID, Logins: { google: 'x'.repeat(50_001) } },
      'logins',
      'Map value must satisfy constraint: [Member must have length less than or equal to 50000]',
    ],
    [
      {
        IdentityPoolId: POOL_ID,
        Logins: Object.fromEntries([...'abcdefghijk'].map((a) => [a, a])),
      },
      'logins',
      'Member must have length less than or equal to 10',
    ],
  ])('%# beyond the model’s limits is ValidationException', async (body, place, constraint) => {
    const { status, json } = await broker.call('GetId', body)
    expect([status, json.__type]).toEqual([400, 'ValidationException'])
    expect(json.message).toBe(
      `1 validation error detected: Value at '${place}' failed to satisfy constraint: ` +
        `${constraint} (invalid_request, request ${broker.audit.at(-1)?.requestId})`,
    )
  })

  it.each([
    [{ IdentityId: 'x' }, 'identityId'],
    [{}, 'identityId'],
    [{ IdentityId: IDENTITY_ID, CustomRoleArn: 'role' }, 'customRoleArn'],
  ])('of GetCredentialsForIdentity has limits, too: %j', async (body, place) => {
    const { json } = await broker.call('GetCredentialsForIdentity', body)
    expect(json.__type).toBe('ValidationException')
    expect(json.message).toContain(`Value at '${place}'`)
  })

  it.each([
    ['an empty map', { Logins: {} }],
    ['null', { Logins: null }],
    ['no member', {}],
  ])('is a guest’s where Logins is %s', async (_, logins) => {
    const { status } = await broker.call('GetId', { IdentityPoolId: POOL_ID, ...logins })
    expect([status, broker.audit.at(-1)?.issuer]).toEqual([200, `urn:cognito-identity:${POOL_ID}`])
  })

  it('may have members that later SDKs send', async () => {
    const { status } = await broker.call('GetId', { IdentityPoolId: POOL_ID, Later: { a: [1] } })
    expect(status).toBe(200)
  })

  it.each(['__proto__', 'constructor', 'toString'])('names no provider by %s', async (name) => {
    const body = `{"IdentityPoolId":"${POOL_ID}","Logins":{"${name}":"token"}}`
    const { json } = await broker.call('GetId', body)
    expect(json.message).toMatch(/^Token is not from a supported provider of this identity pool\./)
  })

  it('has no members of a prototype', async () => {
    const body = `{"__proto__":{"IdentityPoolId":"${POOL_ID}"}}`
    expect((await broker.call('GetId', body)).json.__type).toBe('ValidationException')
  })
})

describe('a page in a browser', () => {
  const origin = 'https://game.example'
  const AMPLIFY = [
    ...['amz-sdk-invocation-id', 'amz-sdk-request', 'cache-control', 'content-type'],
    ...['x-amz-target', 'x-amz-user-agent'],
  ]

  it('of an allowed origin may send what Amplify and the SDKs send', async () => {
    const { status, headers } = await send(`/cognito/${POOL_ID}`, { origin }, 'OPTIONS')
    expect([status, headers['access-control-allow-origin']]).toEqual([204, origin])
    expect(headers['access-control-allow-methods']).toBe('POST')
    expect(headers['access-control-allow-headers']?.split(', ')).toEqual(
      expect.arrayContaining(AMPLIFY),
    )
  })

  it('of an allowed origin may read responses and errors', async () => {
    const exposed = ['x-amzn-requestid', 'x-amzn-errortype', 'x-amzn-errormessage', 'date']
    for (const headers of [{ origin }, { origin, 'x-amz-target': 'x' }]) {
      const response = await send(`/cognito/${POOL_ID}`, headers)
      expect(response.headers['access-control-allow-origin']).toBe(origin)
      expect(response.headers['access-control-expose-headers']?.split(', ')).toEqual(
        expect.arrayContaining(exposed),
      )
    }
  })

  it('of another origin may not', async () => {
    for (const method of ['OPTIONS', 'POST']) {
      const headers = { origin: 'https://evil.example' }
      const response = await send(`/cognito/${POOL_ID}`, headers, method)
      expect(response.headers).not.toHaveProperty('access-control-allow-origin')
    }
  })
})
