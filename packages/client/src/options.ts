/** What a caller hands in and gets back, written by hand so that the types need no other package. */

/** Temporary credentials as AWS SDK v3 and Amplify take them. */
export interface AwsCredentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken: string
  /** When AWS stops accepting them: the real moment, not brought forward. */
  readonly expiration: Date
}

/** As much of the global `fetch` as is used. It must reject when the signal aborts, and must not follow redirects. */
export type Fetch = (
  url: string,
  init: {
    readonly method: 'POST'
    readonly headers: Record<string, string>
    readonly body: string
    readonly redirect: 'error'
    readonly signal: AbortSignal
  },
) => Promise<{
  readonly status: number
  readonly headers: { get(name: string): string | null }
  text(): Promise<string>
}>

export interface FromTokenBrokerOptions {
  /** The broker's address, such as `https://broker.example`; a path in it is kept. Only https, or http on loopback. */
  readonly endpoint: string
  /** The subject token, or a function that gets one; it is called once a request. */
  readonly token: string | (() => string | Promise<string>)
  /** Needed only where several tenants take the token. */
  readonly tenant?: string | undefined
  /** Default: the grant of the first rule that holds. */
  readonly grant?: string | undefined
  /** 900 to 43,200 seconds, at most the grant's `maxDuration`; default: the grant's `duration`. */
  readonly durationSeconds?: number | undefined
  /** Sids of the grant's statements to keep, 1 to 100; default: all. */
  readonly statements?: readonly string[] | undefined
  /**
   * How long before the expiration a background refresh starts, in seconds, at most half the credentials' lifetime.
   * Default 600. A client of the AWS SDK keeps credentials itself and asks again from 300 seconds before the expiration.
   */
  readonly refreshAheadSeconds?: number | undefined
  /** How long one request to the broker may take, in seconds. Default 10. */
  readonly timeoutSeconds?: number | undefined
  /** Awaited when the broker calls the token expired and `token` is a function, before it is asked for a new one. */
  readonly onTokenExpired?: (() => void | Promise<void>) | undefined
  /** Ends requests and waiting for good: calls that would wait reject with its reason. */
  readonly signal?: AbortSignal | undefined
  /** Default: the global `fetch`. */
  readonly fetch?: Fetch | undefined
  /** Milliseconds since 1970. Default: `Date.now`. */
  readonly now?: (() => number) | undefined
}
