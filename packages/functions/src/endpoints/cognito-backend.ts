/**
 * The operations of identity pools that backends sign with a key pair of the pool.
 *
 * @see Amazon Cognito identity pools API Reference
 */
import type {
  DeveloperOperation,
  DeveloperRequest,
  DeveloperResult,
  RefusalCode,
} from '@token-broker/core'
import { isObject } from '@token-broker/core/strict-json'
import type { HttpRequest, HttpResponse } from '../http.ts'
import type { Body, createMembers, TextRule } from './cognito-members.ts'
import { readOperation } from './cognito-operations.ts'
import { cognitoResponse } from './cognito-responses.ts'

type Members = ReturnType<typeof createMembers>

interface BackendOptions {
  readonly members: Members
  /** @throws where the body names another pool than the path */
  readonly readPool: (request: HttpRequest, body: Body) => string
  readonly refusal: (code: RefusalCode, message: string) => Error
}

export interface BackendEndpoint {
  readonly name: string
  readonly parse: (request: HttpRequest) => DeveloperRequest
  readonly responded: (result: DeveloperResult, requestId: string) => HttpResponse
}

const USER: TextRule = { min: 1, max: 1024 }
const PROVIDER: TextRule = { min: 1, max: 128, pattern: '[\\w._-]+' }
const PAGINATION_KEY: TextRule = { min: 1, max: 65_535, pattern: '[\\S]+' }
const DEFAULT_TOKEN_SECONDS = 900
const MAX_TOKEN_SECONDS = 86_400
/** Of the service; also what it returns at most. */
const MAX_RESULTS = 60

export function createBackendEndpoint(name: string, options: BackendOptions): BackendEndpoint {
  const { members, readPool, refusal } = options

  const readers: Readonly<Record<DeveloperOperation['name'], (body: Body) => DeveloperOperation>> =
    {
      GetOpenIdTokenForDeveloperIdentity(body) {
        // The document decides about session tags.
        const tags = body.PrincipalTags
        if (isObject(tags) && Object.keys(tags).length > 0)
          throw refusal(
            'invalid_request',
            'PrincipalTags are not supported: sessionTags of the grant decide.',
          )
        return {
          name: 'GetOpenIdTokenForDeveloperIdentity',
          logins: members.readLogins(body),
          ...identityOf(body),
          durationSeconds:
            members.readCount(body, 'TokenDuration', MAX_TOKEN_SECONDS) ?? DEFAULT_TOKEN_SECONDS,
        }
      },
      LookupDeveloperIdentity(body) {
        const user = members.readOptionalText(body, 'DeveloperUserIdentifier', USER)
        const nextToken = members.readOptionalText(body, 'NextToken', PAGINATION_KEY)
        const identity = identityOf(body)
        if (user === undefined && identity.identityId === undefined)
          throw refusal('invalid_request', 'Send IdentityId or DeveloperUserIdentifier, or both.')
        return {
          name: 'LookupDeveloperIdentity',
          ...identity,
          ...(user === undefined ? {} : { user }),
          maxResults: members.readCount(body, 'MaxResults', MAX_RESULTS) ?? MAX_RESULTS,
          ...(nextToken === undefined ? {} : { nextToken }),
        }
      },
      MergeDeveloperIdentities: (body) => ({
        name: 'MergeDeveloperIdentities',
        provider: members.readText(body, 'DeveloperProviderName', PROVIDER),
        source: members.readText(body, 'SourceUserIdentifier', USER),
        destination: members.readText(body, 'DestinationUserIdentifier', USER),
      }),
      UnlinkDeveloperIdentity: (body) => ({
        name: 'UnlinkDeveloperIdentity',
        provider: members.readText(body, 'DeveloperProviderName', PROVIDER),
        identityId: members.readId(body, 'IdentityId'),
        user: members.readText(body, 'DeveloperUserIdentifier', USER),
      }),
    }

  const identityOf = (body: Body) => {
    const identityId = members.readOptionalId(body, 'IdentityId')
    return identityId === undefined ? {} : { identityId }
  }

  return {
    name,
    parse(request) {
      const operation = readOperation(request)
      if (!isBackendOperation(operation)) throw refusal('invalid_request', 'Not an operation.')
      const { headers, query = '', body: bytes = new Uint8Array() } = request
      if (query !== '') throw refusal('invalid_request', 'Send the request without a query.')
      const body = members.readBody(request)
      return {
        pool: readPool(request, body),
        signed: { headers, body: bytes },
        operation: readers[operation](body),
      }
    },
    responded: ({ identityId, token, users, nextToken }, requestId) =>
      cognitoResponse(
        {
          IdentityId: identityId,
          Token: token,
          DeveloperUserIdentifierList: users,
          NextToken: nextToken,
        },
        requestId,
      ),
  }
}

const OPERATIONS = [
  ...(['GetOpenIdTokenForDeveloperIdentity', 'LookupDeveloperIdentity'] as const),
  ...(['MergeDeveloperIdentities', 'UnlinkDeveloperIdentity'] as const),
]

export function isBackendOperation(
  operation: string | undefined,
): operation is DeveloperOperation['name'] {
  return OPERATIONS.some((one) => one === operation)
}
