/**
 * Amazon Cognito identity pools, JSON 1.1: the operations that apps call without a signature. The
 * broker loads this file lazily (bundle.ts).
 *
 * @see Amazon Cognito identity pools API Reference
 */
import type { IdentifiedCaller, Released, RequestFields } from '@token-broker/core'
import type { HttpRequest } from '../http.ts'
import {
  type BackendEndpoint,
  createBackendEndpoint,
  isBackendOperation,
} from './cognito-backend.ts'
import { type Body, createMembers, type Refusals } from './cognito-members.ts'
import { readOperation, refuseOperation } from './cognito-operations.ts'
import { cognitoRefusal, cognitoResponse } from './cognito-responses.ts'
import type { Endpoint } from './endpoint.ts'

export interface CognitoOptions extends Refusals {
  /** @returns the id of the pool, as it is written in the path */
  readonly poolOf: (path: string) => string | undefined
}

export interface CognitoEndpoints {
  /** Whether a request is about an identity only, and not about credentials. */
  readonly requestsIdentity: (request: HttpRequest) => boolean
  /** `GetId` and `UnlinkIdentity`. */
  readonly identityEndpoint: Endpoint<IdentifiedCaller>
  /** `GetCredentialsForIdentity`. It refuses every other operation. */
  readonly credentialsEndpoint: Endpoint
  /** Whether a request is one for a token of the classic flow. */
  readonly requestsToken: (request: HttpRequest) => boolean
  /** `GetOpenIdToken`. */
  readonly tokenEndpoint: Endpoint<Released>
  /** Whether a request is one of a backend, which must be signed. */
  readonly isOfBackend: (request: HttpRequest) => boolean
  /**
   * Of `POST /v1/explain`.
   * @param body of which `pool` is a member
   */
  readonly parseExplained: (body: Body) => RequestFields
  readonly backendEndpoint: BackendEndpoint
  readonly refused: typeof cognitoRefusal
}

const NAME = 'cognito'
/** Of a request to a pool, whose tokens are those of its logins. */
const NO_TOKEN = {
  ...{ subjectToken: '', tenant: undefined, grant: undefined },
  ...{ durationSeconds: undefined, statements: undefined },
}
const EXPLAINED_FIELDS =
  'To explain a request to an identity pool, send "pool" with "identityId" and "logins" only.'
const IDENTITY_OPERATIONS = ['GetId', 'UnlinkIdentity']

export function createCognitoEndpoints(options: CognitoOptions): CognitoEndpoints {
  const members = createMembers(options)

  const fieldsOf = (
    { path, headers }: HttpRequest,
    body: ReturnType<typeof members.readBody>,
    identityId: string | undefined,
  ): RequestFields => {
    const agent = headers['x-amz-user-agent'] ?? ''
    return {
      ...NO_TOKEN,
      pool: {
        pool: readPoolId(path, options),
        ...(identityId === undefined ? {} : { identityId }),
        logins: members.readLogins(body),
        // It stores the id that it asked for, and does not report another one to the app.
        adoptsChangedIds: !agent.startsWith('aws-sdk-js/3.'),
      },
    }
  }

  /** One URL per pool: a client with another pool's id has the wrong URL, or the wrong id. */
  const readPool = ({ path }: HttpRequest, body: Body): string => {
    const named = members.readId(body, 'IdentityPoolId')
    const expected = readPoolId(path, options)
    if (named === expected) return named
    throw options.poolRefusal(
      'not-found',
      `IdentityPool '${named}' not found.`,
      `IdentityPoolId is ${named}, and the address is of the pool ${expected}; configure the app ` +
        'with the id and the address of one pool.',
    )
  }

  const parseGetId = (request: HttpRequest): RequestFields => {
    const body = members.readBody(request)
    members.readAccountId(body)
    readPool(request, body)
    return fieldsOf(request, body, undefined)
  }

  const parseUnlink = (request: HttpRequest): RequestFields => {
    const body = members.readBody(request)
    const fields = fieldsOf(request, body, members.readId(body, 'IdentityId'))
    const loginsToRemove = members.readProviders(body)
    return fields.pool ? { ...fields, pool: { ...fields.pool, loginsToRemove } } : fields
  }

  const parseCredentials = (request: HttpRequest): RequestFields => {
    const operation = readOperation(request)
    if (operation !== 'GetCredentialsForIdentity') throw refuseOperation(operation, options)
    const body = members.readBody(request)
    const identityId = members.readId(body, 'IdentityId')
    const roleArn = members.readRoleArn(body)
    return {
      ...fieldsOf(request, body, identityId),
      ...(roleArn === undefined ? {} : { roleArn }),
    }
  }

  const parseToken = (request: HttpRequest): RequestFields => {
    const body = members.readBody(request)
    const fields = fieldsOf(request, body, members.readId(body, 'IdentityId'))
    return fields.pool ? { ...fields, pool: { ...fields.pool, isClassic: true } } : fields
  }

  const parseExplained = (body: Body): RequestFields => {
    const { pool, identityId, logins, ...others } = body
    if (Object.keys(others).length > 0) throw options.refusal('invalid_request', EXPLAINED_FIELDS)
    if (typeof pool !== 'string' || !isPoolId(pool))
      throw options.refusal('invalid_request', '"pool" must be the id of an identity pool.')
    const stored = members.readOptionalId({ IdentityId: identityId }, 'IdentityId')
    return {
      ...NO_TOKEN,
      pool: {
        pool,
        ...(stored === undefined ? {} : { identityId: stored }),
        logins: members.readLogins({ Logins: logins }),
        adoptsChangedIds: true,
      },
    }
  }

  return {
    parseExplained,
    requestsToken: (request) => readOperation(request) === 'GetOpenIdToken',
    tokenEndpoint: {
      name: NAME,
      parse: parseToken,
      issued: ({ poolIdentity, token }, requestId) =>
        cognitoResponse({ IdentityId: poolIdentity?.id, Token: token.compact }, requestId),
      refused: cognitoRefusal,
    },
    isOfBackend: (request) => isBackendOperation(readOperation(request)),
    backendEndpoint: createBackendEndpoint(NAME, { ...options, members, readPool }),
    refused: cognitoRefusal,
    requestsIdentity: (request) => IDENTITY_OPERATIONS.includes(readOperation(request) ?? ''),
    identityEndpoint: {
      name: NAME,
      parse: (request) =>
        readOperation(request) === 'GetId' ? parseGetId(request) : parseUnlink(request),
      issued: ({ poolIdentity: { id } }, requestId, fields) =>
        cognitoResponse(fields?.pool?.loginsToRemove ? {} : { IdentityId: id }, requestId),
      refused: cognitoRefusal,
    },
    credentialsEndpoint: {
      name: NAME,
      parse: parseCredentials,
      issued: ({ poolIdentity, credentials }, requestId) =>
        cognitoResponse(
          {
            IdentityId: poolIdentity?.id,
            Credentials: {
              AccessKeyId: credentials.accessKeyId,
              SecretKey: credentials.secretAccessKey,
              SessionToken: credentials.sessionToken,
              Expiration: Math.floor(credentials.expiration.getTime() / 1000),
            },
          },
          requestId,
        ),
      refused: cognitoRefusal,
    },
  }
}

/** The colon may be encoded; an id contains nothing else that could be. */
function readPoolId(path: string, { poolOf, poolRefusal }: CognitoOptions): string {
  const id = (poolOf(path) ?? '').replace(/%3a/i, ':')
  if (isPoolId(id)) return id
  throw poolRefusal('not-found', 'The URL does not end with the id of an identity pool.')
}

function isPoolId(text: string): boolean {
  return /^[\w-]+:[0-9a-f-]+$/.test(text)
}
