/** A pool that takes the place of one of Amazon Cognito: its users keep their ids. */
import { randomUUID } from 'node:crypto'
import { beforeEach, describe, expect, it } from 'vitest'
import { closeAfterTests } from '../fixtures/close-after-tests.ts'
import { startServer } from '../fixtures/http-server.ts'
import { FRIENDS, PLAYERS, startPoolBroker } from '../fixtures/pool-broker.ts'
import { POOL_ID } from '../fixtures/pool-document.ts'

const FORMER_POOL = 'us-west-2:11111111-2222-4333-8444-555555555555'
const ALICE = 'us-west-2:aaaaaaaa-0000-4000-8000-000000000001'
const OTHER = 'us-west-2:bbbbbbbb-0000-4000-8000-000000000002'

interface Received {
  readonly headers: Readonly<Record<string, unknown>>
  readonly body: { readonly IdentityPoolId?: string; readonly Logins?: Record<string, string> }
}

/** Stands for Amazon Cognito, which none of the tests can reach. */
let respond: (received: Received) => { status: number; body: object }
const received: Received[] = []
const cognito = await closeAfterTests(
  startServer(async (request, response) => {
    let text = ''
    for await (const chunk of request) text += String(chunk)
    const call = { headers: request.headers, body: JSON.parse(text) }
    received.push(call)
    const { status, body } = respond(call)
    const type = '__type' in body ? { 'x-amzn-errortype': String(body.__type) } : {}
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1', ...type })
    response.end(JSON.stringify(body))
  }),
)
const broker = await startPoolBroker(
  { pool: { linking: true, formerPool: FORMER_POOL } },
  { environment: { BROKER_FORMER_POOL_ENDPOINT: cognito.url } },
)

beforeEach(() => {
  received.length = 0
  respond = () => ({ status: 200, body: { IdentityId: ALICE } })
})

const player = (sub: string) => broker.login(sub)
const friend = async (sub: string) => ({
  [FRIENDS]: await broker.friends.token({ sub, aud: 'game' }),
})
const getId = (Logins: object) => broker.call('GetId', { IdentityPoolId: POOL_ID, Logins })

describe('a login that was never here', () => {
  it('keeps its former id, which is asked for once, as an app would', async () => {
    const logins = await player('alice')
    expect(await getId(logins)).toMatchObject({ status: 200, json: { IdentityId: ALICE } })
    expect(received).toHaveLength(1)
    expect(received[0]?.body).toEqual({ IdentityPoolId: FORMER_POOL, Logins: logins })
    expect(Object.keys(logins)).toEqual([PLAYERS])
    expect(received[0]?.headers).toMatchObject({
      'x-amz-target': 'AWSCognitoIdentityService.GetId',
      'content-type': 'application/x-amz-json-1.1',
    })
    expect(received[0]?.headers.authorization).toBeUndefined()
    respond = () => ({ status: 200, body: { IdentityId: OTHER } })
    expect(await getId(await player('alice'))).toMatchObject({ json: { IdentityId: ALICE } })
    expect(received).toHaveLength(1)
    expect(JSON.stringify(broker.audit)).not.toContain(logins[PLAYERS])
  })

  it('shares the identity of a login with which it was linked there', async () => {
    const id = OTHER.replace('b', 'c')
    respond = () => ({ status: 200, body: { IdentityId: id } })
    for (const logins of [await player('linked'), await friend('linked')])
      expect((await getId(logins)).json.IdentityId).toBe(id)
    expect(received).toHaveLength(2)
  })

  it('joins the identity of the login with which it is presented', async () => {
    const id = OTHER.replace('b', 'd')
    respond = () => ({ status: 200, body: { IdentityId: id } })
    await getId(await player('joining'))
    const both = { ...(await player('joining')), ...(await friend('joining')) }
    expect((await getId(both)).json.IdentityId).toBe(id)
    expect(Object.keys(received.at(-1)?.body.Logins ?? {})).toEqual([PLAYERS, FRIENDS])
    expect((await getId(await friend('joining'))).json.IdentityId).toBe(id)
  })

  it('conflicts where the former pool knows it by another identity', async () => {
    respond = () => ({ status: 200, body: { IdentityId: OTHER.replace('b', 'e') } })
    await getId(await player('apart'))
    const id = OTHER.replace('b', 'f')
    respond = () => ({ status: 200, body: { IdentityId: id } })
    const both = { ...(await player('apart')), ...(await friend('apart')) }
    expect(await getId(both)).toMatchObject({
      status: 400,
      json: { __type: 'ResourceConflictException' },
    })
    expect((await getId(await friend('apart'))).json.IdentityId).toBe(id)
  })

  it('never takes the place of another user of its provider', async () => {
    const id = 'us-west-2:0aaaaaaa-0000-4000-8000-000000000003'
    respond = () => ({ status: 200, body: { IdentityId: id } })
    expect((await getId(await player('first'))).json.IdentityId).toBe(id)
    expect(await getId(await player('second'))).toMatchObject({
      status: 400,
      json: { __type: 'ResourceConflictException' },
    })
  })
})

describe('a former pool that fails', () => {
  const error = (status: number, name: string) => ({ status, body: { __type: name, message: 'm' } })
  it.each([
    [error(400, 'NotAuthorizedException'), 400, 'NotAuthorizedException'],
    [error(400, 'ResourceConflictException'), 400, 'NotAuthorizedException'],
    [error(400, 'InvalidParameterException'), 400, 'NotAuthorizedException'],
    [error(400, 'TooManyRequestsException'), 429, 'TooManyRequestsException'],
    [error(400, 'LimitExceededException'), 429, 'TooManyRequestsException'],
    [error(400, 'ResourceNotFoundException'), 400, 'InvalidIdentityPoolConfigurationException'],
    [error(500, 'InternalErrorException'), 503, 'InternalErrorException'],
    [{ status: 200, body: {} }, 503, 'InternalErrorException'],
    [{ status: 200, body: { IdentityId: 'us-west-2:*' } }, 503, 'InternalErrorException'],
  ])('with %j gives no other id', async (response, status, name) => {
    const subject = `failing-${name}-${JSON.stringify(response.body)}`.replace(/\W/g, '-')
    respond = () => response
    expect(await getId(await player(subject))).toMatchObject({ status, json: { __type: name } })
    const id = `us-west-2:${randomUUID()}`
    respond = () => ({ status: 200, body: { IdentityId: id } })
    expect((await getId(await player(subject))).json.IdentityId).toBe(id)
  })

  it('never gives the id of a guest', async () => {
    const guest = await broker.guest()
    expect(received).toEqual([])
    respond = () => ({ status: 200, body: { IdentityId: guest } })
    expect(await getId(await player('guest'))).toMatchObject({
      status: 503,
      json: { __type: 'InternalErrorException' },
    })
  })
})

describe('a login that left its former identity', () => {
  it('does not return to it', async () => {
    const id = 'us-west-2:0ddddddd-0000-4000-8000-000000000004'
    respond = () => ({ status: 200, body: { IdentityId: id } })
    const both = { ...(await player('leaving')), ...(await friend('leaving')) }
    expect((await getId(both)).json.IdentityId).toBe(id)
    const body = { IdentityId: id, Logins: both, LoginsToRemove: [FRIENDS] }
    expect((await broker.call('UnlinkIdentity', body)).status).toBe(200)
    const asked = received.length
    expect((await getId(await friend('leaving'))).json.IdentityId).not.toBe(id)
    expect(received).toHaveLength(asked)
    expect((await getId(await player('leaving'))).json.IdentityId).toBe(id)
  })
})
