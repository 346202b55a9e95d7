/** The clients of a storm: real providers of credentials, and an app that asks until it is sure. */
import { setTimeout as sleep } from 'node:timers/promises'
import { fromWebToken } from '@aws-sdk/credential-provider-web-identity'
import { fromTokenBroker, TokenBrokerError } from '../../../packages/client/src/index.ts'

/** Asks its provider once. */
export type StormClient = () => Promise<unknown>

export interface Ending {
  /** `lost`: neither credentials nor a final refusal in time. */
  readonly outcome: 'issued' | 'refused' | 'lost'
  /** Of the refusal, or of the last failure. */
  readonly code: string | undefined
  /** From the first attempt of the app until the end. */
  readonly ms: number
  readonly attempts: number
}

/** How long an app tries. */
const PATIENCE_MS = 90_000

/** The provider of this project, with its cache, early refresh and back-off. */
export function nativeClient(
  url: string,
  token: () => string,
  now: () => number = Date.now,
): StormClient {
  return fromTokenBroker({ endpoint: url, token, now, timeoutSeconds: 30 })
}

/** The provider of AWS SDK v3 with its own retries: three attempts, with pauses. */
export function sdkClient(url: string, token: () => string, roleArn: string): StormClient {
  const clientConfig = { endpoint: `${url}/sts`, region: 'eu-west-1' }
  return () =>
    fromWebToken({
      ...{ webIdentityToken: token(), roleArn, clientConfig },
      roleSessionName: 'storm',
    })()
}

/**
 * Asks until there are credentials or a final refusal, as an app does that waits as long as the
 * broker says, and a second otherwise, with jitter.
 */
export async function untilEnd(client: StormClient, patienceMs = PATIENCE_MS): Promise<Ending> {
  const startedAt = performance.now()
  const passedMs = () => performance.now() - startedAt
  for (let attempts = 1; ; attempts++) {
    try {
      await client()
      return { outcome: 'issued', code: undefined, ms: passedMs(), attempts }
    } catch (error) {
      const { code, isFinal, waitSeconds } = readFailure(error)
      if (isFinal) return { outcome: 'refused', code, ms: passedMs(), attempts }
      if (passedMs() > patienceMs) return { outcome: 'lost', code, ms: passedMs(), attempts }
      await sleep(waitSeconds * 1000 * (1 + Math.random()))
    }
  }
}

function readFailure(error: unknown): { code: string; isFinal: boolean; waitSeconds: number } {
  if (error instanceof TokenBrokerError) {
    const { code, status = 0, retryAfterSeconds = 1 } = error
    const isTemporary = ['unreachable', 'unexpected_response'].includes(code) || status >= 500
    return { code, isFinal: !isTemporary && status !== 429, waitSeconds: retryAfterSeconds }
  }
  const { name, $metadata } = error as { name?: string; $metadata?: { httpStatusCode?: number } }
  const status = $metadata?.httpStatusCode ?? 500
  const isThrottled = /Throttl|IDPCommunicationError|TooManyRequests/.test(String(name))
  return { code: String(name), isFinal: status < 500 && !isThrottled, waitSeconds: 1 }
}
