/** The operations of Amazon Cognito identity pools, and what those get that are not for apps. */
import type { HttpRequest } from '../http.ts'
import type { Refusals } from './cognito-members.ts'

/** The form with a package is that of the API Reference's examples. */
const TARGET =
  /^(?:com\.amazonaws\.cognito\.identity\.model\.)?AWSCognitoIdentityService\.(\w{1,64})$/

/** Pools are in tenant documents, and identities are managed by `token-broker pool`. */
const ADMINISTRATION = [
  ...['CreateIdentityPool', 'DeleteIdentityPool', 'DescribeIdentityPool', 'ListIdentityPools'],
  ...['UpdateIdentityPool', 'GetIdentityPoolRoles', 'SetIdentityPoolRoles', 'DeleteIdentities'],
  ...['DescribeIdentity', 'ListIdentities', 'GetPrincipalTagAttributeMap', 'TagResource'],
  ...['SetPrincipalTagAttributeMap', 'UntagResource', 'ListTagsForResource'],
]

/** @returns undefined where the header is absent or names another service */
export function readOperation({ headers }: HttpRequest): string | undefined {
  return TARGET.exec(headers['x-amz-target'] ?? '')?.[1]
}

/** The refusal of an operation that no endpoint serves. */
export function refuseOperation(
  operation: string | undefined,
  { refusal, poolRefusal }: Refusals,
): Error {
  if (operation !== undefined && ADMINISTRATION.includes(operation))
    return refusal(
      'access_denied',
      'This operation is not available here: identity pools are defined in tenant documents.',
    )
  return poolRefusal(
    'unknown-operation',
    'Send X-Amz-Target: AWSCognitoIdentityService.GetId or another operation of identity pools.',
  )
}
