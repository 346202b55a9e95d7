/** Requests to each endpoint, as API Gateway passes them on, for the benchmark of limits. */
import type { APIGatewayProxyEventV2 } from 'aws-lambda'
import { eventOf } from '../workers/handler-under-test.ts'

export const ROLE = 'arn:aws:iam::111122223333:role/bench'
export const POOL_ID = 'eu-west-1:00000000-0000-4000-8000-00000000000a'
export const PROVIDER = 'id.example'

const FORM = { 'content-type': 'application/x-www-form-urlencoded' }

interface LimitedEvent {
  readonly endpoint: string
  readonly event: APIGatewayProxyEventV2
  /** Beyond a limit. */
  readonly status: number
  /** Whether a token says whose request it is. */
  readonly isOfToken: boolean
}

export function limitedEvents(token: string): readonly LimitedEvent[] {
  return [
    ofToken('native', nativeEvent(token)),
    ofToken('token-exchange', eventOf(exchangeForm(token), FORM, '/v1/token')),
    ofToken('sts', eventOf(stsForm(token), FORM, '/sts'), 400),
    ofToken('container', containerEvent(token)),
    ofToken('cognito', cognitoEvent(token)),
    ofToken('explain', eventOf({ grant: 'read' }, bearer(token), '/v1/explain')),
    {
      endpoint: 'sts (GetCallerIdentity)',
      event: eventOf('Action=GetCallerIdentity&Version=2011-06-15', FORM, '/sts'),
      ...{ status: 400, isOfToken: false },
    },
    {
      endpoint: 'none (no such path)',
      event: eventOf({}, {}, '/nowhere'),
      ...{ status: 429, isOfToken: false },
    },
  ]
}

export function nativeEvent(token: string): APIGatewayProxyEventV2 {
  return eventOf({ grant: 'read' }, bearer(token))
}

function ofToken(endpoint: string, event: APIGatewayProxyEventV2, status = 429): LimitedEvent {
  return { endpoint, event, status, isOfToken: true }
}

function bearer(token: string) {
  return { authorization: `Bearer ${token}` }
}

function exchangeForm(token: string): string {
  return new URLSearchParams({
    grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
    subject_token_type: 'urn:ietf:params:oauth:token-type:id_token',
    ...{ subject_token: token, audience: 'bench', scope: 'grant:read' },
  }).toString()
}

function stsForm(token: string): string {
  return new URLSearchParams({
    ...{ Action: 'AssumeRoleWithWebIdentity', Version: '2011-06-15' },
    ...{ RoleArn: ROLE, RoleSessionName: 'session', WebIdentityToken: token },
  }).toString()
}

function containerEvent(token: string): APIGatewayProxyEventV2 {
  const path = '/v1/tenants/bench/grants/read/credentials'
  const event = eventOf('', { authorization: token }, path)
  event.requestContext.http.method = 'GET'
  return event
}

function cognitoEvent(token: string): APIGatewayProxyEventV2 {
  const operation = 'AWSCognitoIdentityService.GetCredentialsForIdentity'
  const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': operation }
  const body = {
    IdentityId: 'eu-west-1:00000000-0000-0000-0000-000000000000',
    Logins: { [PROVIDER]: token },
  }
  return eventOf(body, headers, `/cognito/${POOL_ID}`)
}
