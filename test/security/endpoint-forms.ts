/** Asks the broker for credentials through each of its doors with the same words. */
import type { App, HttpResponse } from '../../packages/functions/src/http.ts'

export const DOORS = ['native', 'sts', 'container', 'exchange', 'release'] as const
export type DoorName = (typeof DOORS)[number]

export interface Asked {
  readonly token: string
  readonly tenant: string
  readonly grant: string
}

const FORM = 'application/x-www-form-urlencoded'
const TYPE = 'urn:ietf:params:oauth:token-type'

export interface DoorRequest {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
}

/** The request of an honest client of the door. */
export function requestAt(door: DoorName, { token, tenant, grant }: Asked): DoorRequest {
  switch (door) {
    case 'native':
      return {
        method: 'POST',
        path: '/v1/credentials',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ tenant, grant }),
      }
    case 'sts':
      return form('/sts', {
        Action: 'AssumeRoleWithWebIdentity',
        Version: '2011-06-15',
        RoleArn: `arn:aws:iam::000000000000:role/broker/${tenant}/${grant}`,
        RoleSessionName: 'session',
        WebIdentityToken: token,
      })
    case 'container':
      return {
        method: 'GET',
        path: `/v1/tenants/${tenant}/grants/${grant}/credentials`,
        headers: { authorization: token },
      }
    case 'exchange':
      return form('/v1/token', exchangeFields(token, tenant, grant))
    case 'release':
      return form('/v1/token', {
        ...exchangeFields(token, tenant, grant),
        requested_token_type: `${TYPE}:jwt`,
      })
  }
}

export function askAt(app: App, door: DoorName, asked: Asked): Promise<HttpResponse> {
  const { body, ...request } = requestAt(door, asked)
  return app({
    ...request,
    body: body === undefined ? undefined : Buffer.from(body),
    clientIp: '203.0.113.7',
    signal: AbortSignal.timeout(20_000),
  })
}

/** All that went out. */
export function textOf({ headers, body }: HttpResponse): string {
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

function form(path: string, fields: Record<string, string>): DoorRequest {
  return {
    method: 'POST',
    path,
    headers: { 'content-type': FORM },
    body: new URLSearchParams(fields).toString(),
  }
}
