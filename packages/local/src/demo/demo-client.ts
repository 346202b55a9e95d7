/** A client of the local runtime, for the demo: logins, and requests with JSON bodies. */
import { DEMO_CLIENT } from '../demo-idp.ts'

export type Json = Readonly<Record<string, unknown>>

export interface Login {
  readonly username: string
  /** Which of the tokens of a login is sent. Without a resource, the access token is opaque. */
  readonly token: 'id_token' | 'access_token'
  /** Of the access token. */
  readonly resource?: 'urn:broker' | 'urn:opaque' | undefined
  /** JSON: claims that are added to those of the user, or replace them. */
  readonly claims?: string
}

/** @throws {Error} what the demo IdP expected */
export async function demoToken(
  idpUrl: string,
  { username, token: wanted, resource, claims }: Login,
): Promise<string> {
  const form = {
    grant_type: 'urn:demo:user',
    username,
    client_id: DEMO_CLIENT.id,
    client_secret: DEMO_CLIENT.secret,
    ...(resource === undefined ? {} : { resource }),
    ...(claims === undefined ? {} : { claims }),
  }
  const response = await fetch(`${idpUrl}/token`, {
    method: 'POST',
    body: new URLSearchParams(form),
  })
  const { [wanted]: token, error_description: reason } = asRecord(await response.json())
  if (typeof token === 'string') return token
  throw new Error(`${username} could not log in at the demo IdP: ${String(reason)}`)
}

export async function postJson(
  url: string,
  token: string | undefined,
  body: Json,
): Promise<{ readonly status: number; readonly body: Json }> {
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify(body),
  })
  return { status: response.status, body: asRecord(await response.json()) }
}

export function asRecord(value: unknown): Json {
  return typeof value === 'object' && value !== null
    ? Object.fromEntries(Object.entries(value))
    : {}
}
