/**
 * The endpoint for clients of Amazon Cognito identity pools. All of it is loaded with the first
 * such request, from a bundle of its own: most deployments have no pool.
 */
import { BrokerError, PoolRefusal } from '@token-broker/core'
import type { CognitoEndpoints } from './cognito-endpoints.ts'

/**
 * The path has the id of the pool, because `GetCredentialsForIdentity` names none. Amplify and
 * botocore send the URL as it is configured; the AWS SDK for JavaScript adds a slash.
 *
 * In a deployment, a REST API serves `/cognito`, and removes signatures of AWS from requests.
 * Backends use the path below `/v1`, which the HTTP API serves.
 */
export const COGNITO_PATH = /^(?:\/v1)?\/cognito\/([^/]{1,128})\/?$/

/** @returns loads the endpoints, once */
export function createCognitoLoader(): () => Promise<CognitoEndpoints> {
  let loaded: Promise<CognitoEndpoints> | undefined
  const load = async () => {
    const { createCognitoEndpoints } = await import('./cognito-endpoints.ts')
    return createCognitoEndpoints({
      poolOf: (path) => COGNITO_PATH.exec(path)?.[1],
      // The other bundle has no classes of its own for refusals.
      refusal: (code, message) => new BrokerError(code, message, { callerMessage: message }),
      poolRefusal: (problem, callerMessage, message) =>
        new PoolRefusal(problem, callerMessage, message),
    })
  }
  return () => {
    loaded ??= load()
    return loaded
  }
}
