/** Every refusal code on the STS, container and token exchange doors, in the shape that each door's clients read. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { HttpResponse } from '../../packages/functions/src/http.ts'
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
let keyless: TestBroker

beforeAll(async () => {
  issuer = await startIssuer()
  deadIssuer = await startIssuer()
  sts = await startStsServer()
  const documents = [tenantDocument('acme', issuer.url), tenantDocument('dead', deadIssuer.url)]
  broker = await startBroker({ documents, stsEndpoint: sts.url })
  keyless = await startBroker({
    documents,
    stsEndpoint: sts.url,
    environment: { BROKER_SIGNING_KEY: undefined },
  })
  deadIssuer.respondWith((_path, response) => response.writeHead(500).end())
})
afterEach(() => sts.answerCredentials())
afterAll(async () => {
  broker.close()
  keyless.close()
  await Promise.all([issuer.close(), deadIssuer.close(), sts.close()])
})

const seconds = () => Math.floor(Date.now() / 1000)
let unique = 0
const token = (more: object = {}, by = issuer) =>
  by.sign({
    iss: by.url,
    sub: 'alice',
    aud: 'acme-app',
    iat: seconds(),
    exp: seconds() + 600,
    jti: `${++unique}`,
    ...more,
  })

interface Wanted {
  readonly tenant?: string
  readonly grant?: string
  readonly at?: TestBroker
}
type Send = (token: string | undefined, wanted?: Wanted) => Promise<HttpResponse>

const form = (path: string, fields: Record<string, string | undefined>, at = broker) =>
  at.post(path, undefined, new URLSearchParams(JSON.parse(JSON.stringify(fields))).toString(), {
    'content-type': 'application/x-www-form-urlencoded',
  })
const roleOf = ({ tenant = 'acme', grant = 'read' }: Wanted) =>
  `arn:aws:iam::000000000000:role/broker/${tenant}/${grant}`
const assume: Send = (subject, wanted = {}) =>
  form(
    '/sts',
    {
      Action: 'AssumeRoleWithWebIdentity',
      Version: '2011-06-15',
      RoleArn: roleOf(wanted),
      RoleSessionName: 'session',
      WebIdentityToken: subject,
    },
    wanted.at,
  )
const container: Send = (subject, { tenant = 'acme', grant = 'read', at = broker } = {}) =>
  at.app({
    method: 'GET',
    path: `/v1/tenants/${tenant}/grants/${grant}/credentials`,
    headers: subject === undefined ? {} : { authorization: subject },
    ...{ body: undefined, clientIp: '203.0.113.7', signal: AbortSignal.timeout(15_000) },
  })
const TOKEN_EXCHANGE = {
  grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
  subject_token_type: 'urn:ietf:params:oauth:token-type:id_token',
}
const exchange: Send = (subject, { tenant = 'acme', grant = 'read', at = broker } = {}) =>
  form(
    '/v1/token',
    { ...TOKEN_EXCHANGE, subject_token: subject, audience: tenant, scope: `grant:${grant}` },
    at,
  )

const codeInXml = (body: string) => /<Code>(\w+)<\/Code>/.exec(body)?.[1]

type Expected = [
  code: string,
  sts: string,
  stsStatus: number,
  container: number,
  oauth: string,
  oauthStatus: number,
]
const EXPECTED: Expected[] = [
  ['invalid_request', 'ValidationError', 400, 400, 'invalid_request', 400],
  ['invalid_token', 'InvalidIdentityToken', 400, 401, 'invalid_request', 400],
  ['issuer_untrusted', 'InvalidIdentityToken', 400, 401, 'invalid_request', 400],
  ['token_expired', 'ExpiredTokenException', 400, 401, 'invalid_request', 400],
  ['issuer_unavailable', 'IDPCommunicationError', 400, 503, 'temporarily_unavailable', 503],
  ['access_denied', 'AccessDenied', 403, 403, 'invalid_target', 400],
  ['claim_unusable', 'AccessDenied', 403, 403, 'invalid_target', 400],
  ['sts_rejected', 'IDPRejectedClaim', 403, 403, 'invalid_target', 400],
  ['policy_too_large', 'PackedPolicyTooLarge', 400, 400, 'server_error', 500],
  ['throttled', 'Throttling', 400, 429, 'temporarily_unavailable', 429],
  ['upstream_unavailable', 'ServiceUnavailable', 503, 503, 'temporarily_unavailable', 503],
  ['config_invalid', 'InternalFailure', 500, 500, 'server_error', 500],
  ['internal', 'InternalFailure', 500, 500, 'server_error', 500],
]

const sendWhile = async (send: Send, stsAnswers: () => void) => {
  stsAnswers()
  return send(await token())
}
const PROVOKE: Readonly<Record<string, (send: Send) => Promise<HttpResponse>>> = {
  invalid_request: (send) => send(undefined),
  invalid_token: (send) => send('not-a-token'),
  issuer_untrusted: async (send) => send(await token({ iss: 'https://unknown.example' })),
  token_expired: async (send) => send(await token({ exp: seconds() - 60 })),
  issuer_unavailable: async (send) =>
    send(await token({ aud: 'dead-app' }, deadIssuer), { tenant: 'dead' }),
  access_denied: async (send) => send(await token(), { grant: 'write' }),
  claim_unusable: async (send) => send(await token({ sub: 'a*' })),
  sts_rejected: (send) => sendWhile(send, () => sts.answerError(403, 'AccessDenied')),
  policy_too_large: (send) => sendWhile(send, () => sts.answerError(400, 'PackedPolicyTooLarge')),
  throttled: (send) => sendWhile(send, () => sts.answerError(400, 'Throttling')),
  upstream_unavailable: (send) => sendWhile(send, () => sts.answerWith(500, '<html>')),
  config_invalid: async (send) => send(await token(), { at: keyless }),
  internal: async (send) => {
    broker.failAudit(true)
    return send(await token()).finally(() => broker.failAudit(false))
  },
}

describe.each(EXPECTED)(
  '%s',
  (code, stsCode, stsStatus, containerStatus, oauthError, oauthStatus) => {
    const provoke = async (send: Send) => {
      const response = await (
        PROVOKE[code] ?? (() => Promise.reject(new Error(`no way to provoke ${code}`)))
      )(send)
      expect(response.headers['cache-control']).toBe('no-store')
      expect(response.body).not.toContain('upstream words')
      if (code !== 'internal') {
        const lines = code === 'config_invalid' ? keyless.audit : broker.audit
        expect(lines.at(-1)?.code).toBe(code)
      }
      return response
    }

    it(`is ${stsCode} (${stsStatus}) in XML on the STS door`, async () => {
      const { status, body, headers } = await provoke(assume)
      expect([status, codeInXml(body), headers['content-type']]).toEqual([
        stsStatus,
        stsCode,
        'text/xml',
      ])
      expect(body).toContain(`<RequestId>${headers['x-amzn-requestid']}</RequestId>`)
    })

    it(`is ${containerStatus} with both spellings on the container door`, async () => {
      const { status, body, headers } = await provoke(container)
      const json = JSON.parse(body)
      expect([status, headers['content-type']]).toEqual([containerStatus, 'application/json'])
      expect([json.code, json.message]).toEqual([json.Code, json.Message])
      expect(json.message).toContain(code)
      expect(headers['retry-after'] !== undefined).toBe([429, 503].includes(containerStatus))
    })

    it(`is ${oauthError} (${oauthStatus}) on the token exchange door`, async () => {
      const { status, body } = await provoke(exchange)
      const json = JSON.parse(body)
      expect([status, json.error, json.code]).toEqual([oauthStatus, oauthError, code])
      expect(json.error_description).toMatch(/^[^"\\]+$/)
    })
  },
)

describe('the STS door', () => {
  const ROLE = 'arn:aws:iam::111122223333:role/acme-app'
  const call = async (fields: Record<string, string | undefined>, path = '/') =>
    form(path, {
      Action: 'AssumeRoleWithWebIdentity',
      Version: '2011-06-15',
      RoleArn: ROLE,
      RoleSessionName: 'mine',
      WebIdentityToken: `${await token()}\n`,
      ...fields,
    })

  it('takes a role’s own ARN and a token with a trailing newline; the session name is recorded and not used', async () => {
    const { status, body } = await call({})
    expect(status).toBe(200)
    for (const part of [
      SECRET_ACCESS_KEY,
      SESSION_TOKEN,
      '<Audience>acme-app</Audience>',
      '<AssumedRoleId>AROA0:session<',
    ])
      expect(body).toContain(part)
    expect(broker.audit.at(-1)).toMatchObject({
      endpoint: 'sts',
      wantedSessionName: 'mine',
      grant: 'read',
    })
    expect(sts.calls.at(-1)?.get('RoleSessionName')).toMatch(/^alice-/)
  })

  it('narrows to the caller’s policy, and refuses one that is wider', async () => {
    const statement = {
      Effect: 'Allow',
      Action: 's3:GetObject',
      Resource: 'arn:aws:s3:::acme/alice/2026/*',
    }
    const policy = (Resource: string) =>
      JSON.stringify({ Version: '2012-10-17', Statement: [{ ...statement, Resource }] })
    expect(
      (await call({ Policy: policy(statement.Resource), DurationSeconds: '900' })).status,
    ).toBe(200)
    const sent = sts.calls.at(-1)
    expect(JSON.parse(sent?.get('Policy') ?? '').Statement[0].Resource).toEqual([
      statement.Resource,
    ])
    expect(sent?.get('DurationSeconds')).toBe('900')
    expect(codeInXml((await call({ Policy: policy('arn:aws:s3:::acme/*') })).body)).toBe(
      'AccessDenied',
    )
    expect(codeInXml((await call({ Policy: policy('arn:aws:s3:::acme/{{user}}/*') })).body)).toBe(
      'AccessDenied',
    )
  })

  it.each([
    ['another role', { RoleArn: 'arn:aws:iam::111122223333:role/other' }, 'AccessDenied'],
    [
      'a virtual role of another tenant',
      { RoleArn: 'arn:aws:iam::000000000000:role/broker/dead/read' },
      'AccessDenied',
    ],
    ['a longer session', { DurationSeconds: '43200' }, 'AccessDenied'],
    [
      'a managed policy that is not of the grant',
      {
        Policy: '{"Statement":{"Effect":"Deny","Action":"*","Resource":"*"}}',
        'PolicyArns.member.1.arn': 'arn:aws:iam::aws:policy/AdministratorAccess',
      },
      'AccessDenied',
    ],
    [
      'managed policies alone',
      { 'PolicyArns.member.1.arn': 'arn:aws:iam::aws:policy/ReadOnlyAccess' },
      'ValidationError',
    ],
    ['a policy that is not JSON', { Policy: '{' }, 'ValidationError'],
    ['an empty policy', { Policy: '' }, 'ValidationError'],
    ['no session name', { RoleSessionName: undefined }, 'ValidationError'],
    ['a provider', { ProviderId: 'www.amazon.com' }, 'ValidationError'],
    ['an odd duration', { DurationSeconds: '1e3' }, 'ValidationError'],
    ['another action', { Action: 'GetCallerIdentity' }, 'InvalidAction'],
    ['no action', { Action: undefined }, 'ValidationError'],
  ])('refuses %s', async (_name, fields, code) => {
    const { body, headers } = await call(fields, '/sts')
    expect(codeInXml(body)).toBe(code)
    const requestId = headers['x-amzn-requestid']
    expect(broker.audit.at(-1)).toMatchObject({ requestId, endpoint: 'sts', outcome: 'refused' })
  })

  it('refuses GET, which would put tokens into URLs', async () => {
    expect((await broker.get('/sts')).status).toBe(405)
    expect((await broker.get('/')).headers.allow).toBe('POST')
  })
})

describe('the container door', () => {
  it('answers what SDKs read, with Bearer and without', async () => {
    const subject = await token()
    for (const authorization of [subject, `Bearer ${subject}`]) {
      const { status, body } = await container(authorization)
      expect([status, JSON.parse(body)]).toEqual([
        200,
        {
          AccessKeyId: 'ASIA0123456789ABCDEF',
          SecretAccessKey: SECRET_ACCESS_KEY,
          Token: SESSION_TOKEN,
          Expiration: '2030-01-01T00:00:00Z',
          AccountId: '111122223333',
        },
      ])
    }
  })
})

describe('the token exchange door', () => {
  const send = async (fields: Record<string, string | undefined>) => {
    const { status, body } = await form('/v1/token', {
      ...TOKEN_EXCHANGE,
      subject_token: await token(),
      ...fields,
    })
    return { status, json: JSON.parse(body) }
  }

  it('answers RFC 8693 §2.2.1, with the credentials as the issued token', async () => {
    const { status, json } = await send({ audience: 'acme', scope: 'grant:read statement:Read' })
    expect(status).toBe(200)
    expect(json).toMatchObject({
      issued_token_type: 'urn:token-broker:token-type:aws-credentials',
      token_type: 'N_A',
      scope: 'grant:read',
      aws_secret_access_key: SECRET_ACCESS_KEY,
    })
    expect(JSON.parse(json.access_token)).toMatchObject({ Version: 1, SessionToken: SESSION_TOKEN })
    expect(json.expires_in).toBeGreaterThan(0)
  })

  it.each([
    ['another grant type', { grant_type: 'client_credentials' }],
    ['no subject token type', { subject_token_type: undefined }],
    ['a SAML token', { subject_token_type: 'urn:ietf:params:oauth:token-type:saml2' }],
    ['an actor', { actor_token: 'x' }],
    ['a resource', { resource: 'https://s3.example' }],
    [
      'another token type',
      { requested_token_type: 'urn:ietf:params:oauth:token-type:access_token' },
    ],
    ['an unknown scope', { scope: 'openid' }],
    ['two grants', { scope: 'grant:read grant:write' }],
  ])('refuses %s', async (_name, fields) => {
    const { status, json } = await send(fields)
    expect([status, json.error, json.code]).toEqual([400, 'invalid_request', 'invalid_request'])
  })
})
