/** An app that reads objects with the SDK's S3 client and the broker, in Node or in a page. */
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { type Fetch, fromTokenBroker, TokenBrokerError } from '../../packages/client/src/index.ts'

export interface S3AppOptions {
  readonly brokerUrl: string
  readonly s3Url: string
  readonly region: string
  readonly token: () => Promise<string>
}

export interface S3App {
  /**
   * Reads `count` objects concurrently.
   * @returns how often each content was read, or each error occurred
   */
  read(count: number): Promise<Record<string, number>>
  /**
   * Waits until no request to the broker is in flight.
   * @returns how many requests were attempted, with or without a response
   */
  countAttempts(): Promise<number>
}

const CLIENTS = 4

export function startS3App({ brokerUrl, s3Url, region, ...options }: S3AppOptions): S3App {
  const tokens: Promise<string>[] = []
  const token = () => {
    const signed = options.token()
    tokens.push(signed)
    return signed
  }
  const attempts: ReturnType<Fetch>[] = []
  const countingFetch: Fetch = (url, init) => {
    const attempt = fetch(url, init).then(async (response) => {
      const text = await response.text()
      return { status: response.status, headers: response.headers, text: async () => text }
    })
    attempts.push(attempt)
    return attempt
  }
  const credentials = fromTokenBroker({
    endpoint: brokerUrl,
    grant: 'read',
    token,
    fetch: countingFetch,
  })
  // Without the SDK's retries, which would hide a call that failed.
  const settings = { region, endpoint: s3Url, forcePathStyle: true, maxAttempts: 1, credentials }
  const clients = Array.from({ length: CLIENTS }, () => new S3Client(settings))
  const readWith = (client: S3Client) =>
    client
      .send(new GetObjectCommand({ Bucket: 'acme', Key: 'alice/object' }))
      .then(async ({ Body }) => (await Body?.transformToString()) ?? 'no body', nameOf)
  return {
    read: async (count) => {
      const callers = Array.from({ length: Math.ceil(count / CLIENTS) }, () => clients).flat()
      const outcomes = await Promise.all(callers.slice(0, count).map(readWith))
      const counts: Record<string, number> = {}
      for (const outcome of outcomes) counts[outcome] = (counts[outcome] ?? 0) + 1
      return counts
    },
    countAttempts: async () => {
      for (const steps of [tokens, attempts]) {
        await Promise.allSettled(steps)
        // The next step starts in the same turn.
        await new Promise((resolve) => setTimeout(resolve))
      }
      return attempts.length
    },
  }
}

function nameOf(error: unknown): string {
  if (error instanceof TokenBrokerError) return `TokenBrokerError ${error.code}`
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error)
}
