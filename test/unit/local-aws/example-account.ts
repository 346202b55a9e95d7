/** The account of AWS's published examples, as the owner of a local account. */
import {
  createSessionRegistry,
  type SessionRegistry,
} from '../../../packages/local/src/local-aws/session-registry.ts'
import type { SignedRequest } from '../../../packages/local/src/local-aws/signature/request-parts.ts'

const EXAMPLE_KEY = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
}

/** The time of the examples for S3. */
export const EXAMPLE_MS = Date.UTC(2013, 4, 24)

export function exampleSessions(): SessionRegistry {
  return createSessionRegistry(EXAMPLE_KEY, () => EXAMPLE_MS)
}

export function signedRequest(
  method: string,
  url: string,
  headers: Readonly<Record<string, string>>,
  body?: Buffer,
): SignedRequest {
  return {
    ...{ method, url, headers: {}, rawHeaders: Object.entries(headers).flat() },
    ...(body === undefined ? {} : { body }),
  }
}
