/** Calls of AWS services with a JSON protocol (KMS, DynamoDB), signed with SigV4. */
import type { AwsJson1_0Protocol, AwsJson1_1Protocol } from '@aws-sdk/core/protocols'
import { Sha256 } from '@smithy/core/checksum'
import { SignatureV4 } from '@smithy/signature-v4'
import { createSdkCalls, regionalEndpoint, type SdkCallOptions } from './sdk-call.ts'

const CONNECTION_TIMEOUT_MS = 1_000
/** These services respond within tens of milliseconds, so it is better to repeat a slow attempt. */
const ATTEMPT_TIMEOUT_MS = 1_000

export { readSdkError } from './sdk-error.ts'

export interface AwsCredentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
}

export interface SignedCallOptions {
  /** Name in endpoints and signatures, such as `kms`. */
  readonly service: string
  readonly protocol: AwsJson1_0Protocol | AwsJson1_1Protocol
  readonly region: string
  /** Undefined: AWS's regional endpoint. */
  readonly endpoint: string | undefined
  /** Or a function that returns them for each call: an operator's may be refreshed. */
  readonly credentials: AwsCredentials | (() => Promise<AwsCredentials>)
  readonly proxy?: SdkCallOptions['proxy']
  /** Milliseconds since the epoch; AWS refuses a signature that is five minutes off. */
  readonly now: () => number
  /** Limit of the whole call, with up to three attempts and their pauses. Default: 3 s. */
  readonly timeoutMs?: number
  /** Limit of one attempt. Default: 1 s. */
  readonly attemptTimeoutMs?: number
  /** Default: the limit of `createSdkCalls`. */
  readonly maxResponseBytes?: number
}

/**
 * @returns a factory of calls: `calls<SignRequest, SignResponse>(Sign$)` returns the operation with
 *   that schema, which rejects with an error for `readSdkError`
 */
export function createSignedCalls(options: SignedCallOptions) {
  const {
    service,
    protocol,
    region,
    endpoint,
    credentials,
    proxy,
    now,
    timeoutMs = 3_000,
    attemptTimeoutMs = ATTEMPT_TIMEOUT_MS,
    maxResponseBytes,
  } = options
  const signer = new SignatureV4({
    service,
    region,
    credentials,
    sha256: Sha256,
    applyChecksum: false,
  })
  return createSdkCalls({
    protocol,
    endpoint: endpoint ?? regionalEndpoint(service, region),
    maxAttempts: 3,
    connectionTimeoutMs: CONNECTION_TIMEOUT_MS,
    attemptTimeoutMs,
    timeoutMs,
    proxy,
    ...(maxResponseBytes === undefined ? {} : { maxResponseBytes }),
    sign: (request) => signer.sign(request, { signingDate: new Date(now()) }),
  })
}
