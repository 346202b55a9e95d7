/** Calls STS `AssumeRoleWithWebIdentity`: unsigned, in one region, within five seconds. */
import {
  AssumeRoleWithWebIdentityCommand,
  type AssumeRoleWithWebIdentityResponse,
  STSClient,
} from '@aws-sdk/client-sts'
import { type AssumedRole, BrokerError, type Sts } from '@token-broker/core'
import { mapStsError } from './map-error.ts'

const CONNECTION_TIMEOUT_MS = 1_000
/** Whole call, retries and their pauses included. */
const CALL_TIMEOUT_MS = 5_000
const AGENT = { keepAlive: true, maxSockets: 200 }

export interface StsOptions {
  readonly region: string
  /** Another STS than AWS's regional one. */
  readonly endpoint?: string
  /** First attempt included; retried are only throttling and what AWS calls transient, with jitter. */
  readonly maxAttempts?: number
}

export function createSts({ region, endpoint = regionalEndpoint(region), maxAttempts = 3 }: StsOptions): Sts {
  // Each value that the SDK would otherwise look for in the environment or in ~/.aws is given, the endpoint too: the
  // call is the same everywhere, and the cold start reads no files.
  const client = new STSClient({
    region,
    endpoint,
    maxAttempts,
    retryMode: 'standard',
    defaultsMode: 'standard',
    useDualstackEndpoint: false,
    useFipsEndpoint: false,
    authSchemePreference: [],
    sigv4aSigningRegionSet: [region],
    userAgentAppId: 'token-broker',
    credentials: neverSigned,
    requestHandler: {
      connectionTimeout: CONNECTION_TIMEOUT_MS,
      requestTimeout: CALL_TIMEOUT_MS,
      throwOnRequestTimeout: true,
      httpAgent: AGENT,
      httpsAgent: AGENT,
    },
  })
  return {
    async assumeRoleWithWebIdentity({ signal: callerSignal, ...input }) {
      const command = new AssumeRoleWithWebIdentityCommand({
        RoleArn: input.roleArn,
        RoleSessionName: input.roleSessionName,
        WebIdentityToken: input.webIdentityToken,
        DurationSeconds: input.durationSeconds,
        Policy: input.sessionPolicy,
        ...(input.managedPolicyArns.length > 0 ? { PolicyArns: input.managedPolicyArns.map((arn) => ({ arn })) } : {}),
      })
      try {
        return readAnswer(await withinTime(callerSignal, (abortSignal) => client.send(command, { abortSignal })))
      } catch (error) {
        throw mapStsError(error)
      }
    },
  }
}

/** The global endpoint is left alone: it adds a hop, and its session tokens are not valid in every region. */
function regionalEndpoint(region: string): string {
  const suffix = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com'
  return `https://sts.${region}.${suffix}`
}

/** The operation is unsigned; whoever asks for credentials here would be about to send ours along. */
function neverSigned(): never {
  throw new BrokerError('internal', 'AssumeRoleWithWebIdentity must not be signed.')
}

/**
 * Ends the call when its time is up or the caller's deadline nears. The SDK heeds the signal while a request is under way,
 * but not in the pause before a retry. The timer goes with the call: one of `AbortSignal.timeout` would stay for its 5 s.
 */
async function withinTime<Value>(deadline: AbortSignal, send: (signal: AbortSignal) => Promise<Value>): Promise<Value> {
  const call = new AbortController()
  let end = (_reason: unknown) => {}
  const ended = new Promise<never>((_, reject) => {
    end = (reason) => {
      call.abort(reason)
      reject(reason)
    }
  })
  const onDeadline = () => end(deadline.reason)
  deadline.addEventListener('abort', onDeadline, { once: true })
  const timer = setTimeout(() => end(new DOMException('STS did not answer in time.', 'TimeoutError')), CALL_TIMEOUT_MS)
  if (deadline.aborted) onDeadline()
  try {
    return await Promise.race([send(call.signal), ended])
  } finally {
    clearTimeout(timer)
    deadline.removeEventListener('abort', onDeadline)
    ended.catch(() => {})
  }
}

function readAnswer({
  Credentials,
  AssumedRoleUser,
  PackedPolicySize,
}: AssumeRoleWithWebIdentityResponse): AssumedRole {
  const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = Credentials ?? {}
  const assumedRoleArn = AssumedRoleUser?.Arn
  const expires = Expiration !== undefined && !Number.isNaN(Expiration.getTime())
  if (!AccessKeyId || !SecretAccessKey || !SessionToken || !expires || !assumedRoleArn) {
    throw new BrokerError('upstream_unavailable', 'STS answered without credentials.', { retryAfterSeconds: 1 })
  }
  return {
    accessKeyId: AccessKeyId,
    secretAccessKey: SecretAccessKey,
    sessionToken: SessionToken,
    expiration: Expiration,
    assumedRoleArn,
    packedPolicySize: PackedPolicySize,
  }
}
