/** Each way to send a token that is bound to a key, with its proof. */
import type { HttpRequest, HttpResponse } from '../../packages/functions/src/http.ts'
import type { TestBroker } from '../fixtures/index.ts'

export const BROKER_URL = 'http://127.0.0.1:8787'

export interface BoundTokenRequest {
  readonly path: string
  /** How the endpoint reports a refusal with this code. */
  readonly refusal: (code: string) => object
  send(
    broker: TestBroker,
    token: string,
    proof: string | undefined,
    more?: Partial<HttpRequest>,
  ): Promise<HttpResponse>
}

const asProblem = (code: string) => ({ status: 401, error: undefined, code })
const asDecision = (code: string) => ({ status: 200, error: undefined, code })
const asOauthError = (code: string) => ({
  ...{ status: 400, code },
  error: code === 'invalid_token' ? 'invalid_request' : code,
})

export const REQUESTS: Readonly<Record<string, BoundTokenRequest>> = {
  'native, with the header Authorization': {
    ...{ path: '/v1/credentials', refusal: asProblem },
    send: (broker, token, proof, more) => sendHeader(broker, '/v1/credentials', token, proof, more),
  },
  'native, with the token in the body': {
    ...{ path: '/v1/credentials', refusal: asProblem },
    send: (broker, token, proof, more) =>
      sendBody(broker, '/v1/credentials', JSON.stringify({ token }), 'json', proof, more),
  },
  explain: {
    ...{ path: '/v1/explain', refusal: asDecision },
    send: (broker, token, proof, more) => sendHeader(broker, '/v1/explain', token, proof, more),
  },
  'token exchange': exchange({}),
  'token exchange for a web identity token': exchange({
    requested_token_type: 'urn:ietf:params:oauth:token-type:jwt',
    scope: 'grant:released',
  }),
}

function exchange(more: Record<string, string>): BoundTokenRequest {
  return {
    ...{ path: '/v1/token', refusal: asOauthError },
    send: (broker, token, proof, changes) => {
      const form = new URLSearchParams({
        grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
        subject_token_type: 'urn:ietf:params:oauth:token-type:access_token',
        subject_token: token,
        audience: 'acme',
        ...more,
      })
      return sendBody(broker, '/v1/token', String(form), 'x-www-form-urlencoded', proof, changes)
    },
  }
}

function sendHeader(
  broker: TestBroker,
  path: string,
  token: string,
  dpop: string | undefined,
  more: Partial<HttpRequest> = {},
) {
  const headers = { authorization: `DPoP ${token}`, ...(dpop === undefined ? {} : { dpop }) }
  return broker.send({ method: 'POST', path, ...more, headers: { ...headers, ...more.headers } })
}

function sendBody(
  broker: TestBroker,
  path: string,
  body: string,
  type: string,
  dpop: string | undefined,
  more: Partial<HttpRequest> = {},
) {
  const headers = {
    'content-type': `application/${type}`,
    ...(dpop === undefined ? {} : { dpop }),
    ...more.headers,
  }
  return broker.send({ method: 'POST', path, body: Buffer.from(body), ...more, headers })
}

/** Status and codes, in the form that {@link BoundTokenRequest.refusal} expects. */
export function refusalIn({ status, body }: HttpResponse): object {
  const { code, error } = JSON.parse(body)
  return { status, code, error }
}
