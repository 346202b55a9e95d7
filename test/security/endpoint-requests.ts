/** Requests for credentials to each endpoint of the broker, as an honest client sends them. */
import type { App, HttpResponse } from '../../packages/functions/src/http.ts'

export const ENDPOINTS = ['native', 'sts', 'container', 'exchange', 'release'] as const
export type EndpointName = (typeof ENDPOINTS)[number]

export interface WantedGrant {
  readonly token: string
  readonly tenant: string
  readonly grant: string
  /** Also requests what no grant has: a duration, a statement or a policy. */
  readonly beyond?: boolean
}

const WIDE_POLICY = {
  Version: '2012-10-17',
  Statement: { Effect: 'Allow', Action: '*', Resource: '*' },
}

const FORM = 'application/x-www-form-urlencoded'
const TYPE = 'urn:ietf:params:oauth:token-type'

export interface EndpointRequest {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
}

export function honestRequest(
  endpoint: EndpointName,
  { token, tenant, grant, beyond = false }: WantedGrant,
): EndpointRequest {
  switch (endpoint) {
    case 'native':
      return {
        method: 'POST',
        path: '/v1/credentials',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify({
          ...{ tenant, grant },
          ...(beyond ? { durationSeconds: 43_200, statements: ['X'], policy: WIDE_POLICY } : {}),
        }),
      }
    case 'sts':
      return form('/sts', {
        Action: 'AssumeRoleWithWebIdentity',
        Version: '2011-06-15',
        RoleArn: `arn:aws:iam::000000000000:role/broker/${tenant}/${grant}`,
        RoleSessionName: 'session',
        WebIdentityToken: token,
        ...(beyond ? { DurationSeconds: '43200', Policy: JSON.stringify(WIDE_POLICY) } : {}),
      })
    case 'container':
      return {
        method: 'GET',
        path: `/v1/tenants/${tenant}/grants/${grant}/credentials`,
        headers: { authorization: token },
      }
    case 'exchange':
      return form('/v1/token', {
        ...exchangeFields(token, tenant, grant),
        ...(beyond ? { scope: `grant:${grant} statement:X` } : {}),
      })
    case 'release':
      return form('/v1/token', {
        ...exchangeFields(token, tenant, grant),
        requested_token_type: `${TYPE}:jwt`,
      })
  }
}

export function sendHonestRequest(
  app: App,
  endpoint: EndpointName,
  wanted: WantedGrant,
): Promise<HttpResponse> {
  const { body, ...request } = honestRequest(endpoint, wanted)
  return app({
    ...request,
    body: body === undefined ? undefined : Buffer.from(body),
    clientIp: '203.0.113.7',
    signal: AbortSignal.timeout(20_000),
    recordSignal: AbortSignal.timeout(20_000),
  })
}

/** Everything that the caller receives. */
export function responseText({ headers, body }: HttpResponse): string {
  return `${JSON.stringify(headers)}\n${body}`
}

function exchangeFields(token: string, tenant: string, grant: string): Record<string, string> {
  return {
    grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
    subject_token: token,
    subject_token_type: `${TYPE}:id_token`,
    audience: tenant,
    scope: `grant:${grant}`,
  }
}

function form(path: string, fields: Record<string, string>): EndpointRequest {
  return {
    method: 'POST',
    path,
    headers: { 'content-type': FORM },
    body: new URLSearchParams(fields).toString(),
  }
}
