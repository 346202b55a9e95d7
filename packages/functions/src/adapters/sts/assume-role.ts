/** Calls STS `AssumeRoleWithWebIdentity`: unsigned, in one region, within five seconds. */
import type { AssumeRoleWithWebIdentityResponse } from '@aws-sdk/client-sts'
import { type AssumedRole, BrokerError, type Sts } from '@token-broker/core'
import { mapStsError } from './map-error.ts'
import { createSend } from './send.ts'

const CONNECTION_TIMEOUT_MS = 1_000
/** Whole call, retries and their pauses included. */
const CALL_TIMEOUT_MS = 5_000

export interface StsOptions {
  readonly region: string
  /** Another STS than AWS's regional one. */
  readonly endpoint?: string
  /** First attempt included; retried are only throttling and what AWS calls transient, with jitter. */
  readonly maxAttempts?: number
}

export function createSts({ region, endpoint = regionalEndpoint(region), maxAttempts = 3 }: StsOptions): Sts {
  const send = createSend({
    endpoint,
    maxAttempts,
    connectionTimeoutMs: CONNECTION_TIMEOUT_MS,
    requestTimeoutMs: CALL_TIMEOUT_MS,
  })
  return {
    async assumeRoleWithWebIdentity({ signal: callerSignal, ...input }) {
      const request = {
        RoleArn: input.roleArn,
        RoleSessionName: input.roleSessionName,
        WebIdentityToken: input.webIdentityToken,
        DurationSeconds: input.durationSeconds,
        Policy: input.sessionPolicy,
        ...(input.managedPolicyArns.length > 0 ? { PolicyArns: input.managedPolicyArns.map((arn) => ({ arn })) } : {}),
      }
      try {
        return readAnswer(await withinTime(callerSignal, (callSignal) => send(request, callSignal)))
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

/**
 * Ends the call when its time is up or the caller's deadline nears. The signal ends a request under way, but not the pause
 * before another. The timer goes with the call: one of `AbortSignal.timeout` would stay for its 5 s.
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
    assumedRoleId: AssumedRoleUser?.AssumedRoleId,
    packedPolicySize: PackedPolicySize,
  }
}
