/** Signed calls of AWS services that speak JSON (KMS, DynamoDB): SigV4 with credentials that are handed in. */
import type { AwsJson1_0Protocol, AwsJson1_1Protocol } from '@aws-sdk/core/protocols'
import { Sha256 } from '@smithy/core/checksum'
import { SignatureV4 } from '@smithy/signature-v4'
import { createSdkCalls, regionalEndpoint } from './sdk-call.ts'

const CONNECTION_TIMEOUT_MS = 1_000
/** Such services answer within some ten milliseconds, so that a silent attempt is better made again than waited for. */
const ATTEMPT_TIMEOUT_MS = 1_000

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
  /** Another endpoint than AWS's regional one. */
  readonly endpoint: string | undefined
  readonly credentials: AwsCredentials
  /** Milliseconds since the epoch; AWS refuses a signature that is five minutes off. */
  readonly now: () => number
  /** Whole call, up to three attempts and their pauses included. Default: 3 s. */
  readonly timeoutMs?: number
  /** Default: as `createSdkCalls` has it. */
  readonly maxResponseBytes?: number
}

/**
 * @returns a maker of calls: `calls<SignRequest, SignResponse>(Sign$)` gives the operation of that schema. What it throws
 *   is for {@link readSdkError}.
 */
export function createSignedCalls(options: SignedCallOptions) {
  const {
    service,
    protocol,
    region,
    endpoint,
    credentials,
    now,
    timeoutMs = 3_000,
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
    attemptTimeoutMs: ATTEMPT_TIMEOUT_MS,
    timeoutMs,
    ...(maxResponseBytes === undefined ? {} : { maxResponseBytes }),
    sign: (request) => signer.sign(request, { signingDate: new Date(now()) }),
  })
}
