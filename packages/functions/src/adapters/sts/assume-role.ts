/** Calls STS `AssumeRoleWithWebIdentity`, unsigned, in one region, within five seconds. */
import type { AssumeRoleWithWebIdentityResponse } from '@aws-sdk/client-sts'
import { type AssumedRole, type AssumeRoleInput, BrokerError, type Sts } from '@token-broker/core'
import { regionalEndpoint, type SdkCallOptions } from '../sdk-call.ts'
import { readSdkError, type SdkError } from '../sdk-error.ts'
import { createStsCall, mapStsError } from './sts-call.ts'

const CONNECTION_TIMEOUT_MS = 1_000
/**
 * Twice what STS needs when it is degraded, with time for one more attempt: over a connection that
 * died unnoticed, no response ever comes.
 */
const ATTEMPT_TIMEOUT_MS = 2_500
/** Whole call, retries and their pauses included. */
const CALL_TIMEOUT_MS = 5_000

export interface StsOptions {
  readonly region: string
  /** URL of the broker, to explain refusals; default: it is not known. */
  readonly brokerIssuer?: string
  /** Default: AWS's regional endpoint. */
  readonly endpoint?: string
  /** First attempt included; only throttling and transient errors are retried, with jitter. */
  readonly maxAttempts?: number
  readonly proxy?: SdkCallOptions['proxy']
}

export function createSts({
  region,
  brokerIssuer = '',
  endpoint = regionalEndpoint('sts', region),
  maxAttempts = 3,
  proxy,
}: StsOptions): Sts {
  const call = createStsCall({
    endpoint,
    maxAttempts,
    connectionTimeoutMs: CONNECTION_TIMEOUT_MS,
    attemptTimeoutMs: ATTEMPT_TIMEOUT_MS,
    timeoutMs: CALL_TIMEOUT_MS,
    proxy,
  })
  const isAws = /\.amazonaws\.com(\.cn)?(:\d+)?$/.test(URL.parse(endpoint)?.host ?? '')
  /** A bundle of its own, because no session needs it. The refusal is recorded without it, too. */
  const explain = (input: AssumeRoleInput, { code, text }: SdkError) =>
    import('./likely-causes.ts').then(
      ({ likelyCauses }) => likelyCauses({ input, code, text, region, brokerIssuer, isAws }),
      () => undefined,
    )
  return {
    async assumeRoleWithWebIdentity(input, signal) {
      const request = {
        RoleArn: input.roleArn,
        RoleSessionName: input.roleSessionName,
        WebIdentityToken: input.webIdentityToken,
        DurationSeconds: input.durationSeconds,
        Policy: input.sessionPolicyJson,
        ...(input.managedPolicyArns.length > 0
          ? { PolicyArns: input.managedPolicyArns.map((arn) => ({ arn })) }
          : {}),
      }
      try {
        return readAssumedRole(await call(request, signal))
      } catch (error) {
        if (error instanceof BrokerError) throw error
        const sdkError = readSdkError(error)
        // Without a status, STS has refused nothing.
        const isRefusal = sdkError.status !== undefined && sdkError.status < 500
        throw mapStsError(sdkError, isRefusal ? await explain(input, sdkError) : undefined)
      }
    },
  }
}

function readAssumedRole({
  Credentials,
  AssumedRoleUser,
  PackedPolicySize,
  SessionTokenUtilization,
  SessionTokenSize,
}: AssumeRoleWithWebIdentityResponse): AssumedRole {
  const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = Credentials ?? {}
  const assumedRoleArn = AssumedRoleUser?.Arn
  const expires = Expiration !== undefined && !Number.isNaN(Expiration.getTime())
  if (!AccessKeyId || !SecretAccessKey || !SessionToken || !expires || !assumedRoleArn) {
    throw new BrokerError('upstream_unavailable', 'STS responded without credentials.', {
      retryAfterSeconds: 1,
    })
  }
  return {
    accessKeyId: AccessKeyId,
    secretAccessKey: SecretAccessKey,
    sessionToken: SessionToken,
    expiration: Expiration,
    assumedRoleArn,
    assumedRoleId: AssumedRoleUser?.AssumedRoleId,
    // AWS deprecated `PackedPolicySize` in June 2026; Ceph and MinIO still send nothing else.
    sessionTokenUtilization: readAmount(SessionTokenUtilization) ?? readAmount(PackedPolicySize),
    sessionTokenSize: readAmount(SessionTokenSize),
  }
}

/** The SDK parses text that is not a number to NaN, which JSON cannot represent. */
function readAmount(amount: number | undefined): number | undefined {
  return amount !== undefined && amount >= 0 && Number.isFinite(amount) ? amount : undefined
}
