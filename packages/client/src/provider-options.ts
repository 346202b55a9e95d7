/** Options and results of the providers, declared here so that the types need no other package. */

/** Temporary credentials in the shape that AWS SDK v3 and Amplify expect. */
export interface AwsCredentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken: string
  /** When AWS stops accepting the credentials: the exact time, without a safety margin. */
  readonly expiration: Date
}

/**
 * The part of the global `fetch` that is used. An implementation must reject when the signal aborts
 * and must not follow redirects.
 */
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

/** `CryptoKey`, which not every platform's types declare by this name. */
type WebCryptoKey = Parameters<typeof crypto.subtle.exportKey>[1]

/** A key pair of Web Crypto. The private key need not be extractable; the public key must be. */
export interface DpopKeyPair {
  readonly privateKey: WebCryptoKey
  readonly publicKey: WebCryptoKey
}

export interface FromTokenBrokerOptions {
  /**
   * The broker's URL, for example `https://broker.example`; a path is kept. It must be https, or
   * http on a loopback address, without user, query or fragment.
   */
  readonly endpoint: string
  /** The subject token, or a function that returns it and is called for each request. */
  readonly token: string | (() => string | Promise<string>)
  /**
   * `saml2`: the token is a SAML 2.0 response in base64 without white space, which an identity
   * provider posts in the field `SAMLResponse`. Default: a JWT or an opaque token.
   */
  readonly tokenType?: 'saml2' | undefined
  /**
   * The token of a party that acts for the subject (RFC 8693), or a function as for `token`. Where
   * the option is present, it must have a value: without an actor, the subject may get more.
   */
  readonly actorToken?: string | (() => string | Promise<string>)
  /** As `tokenType`, for `actorToken`. */
  readonly actorTokenType?: 'saml2' | undefined
  /**
   * The key pair to which the token is bound: the one with which the app requested it from the
   * identity provider (DPoP, RFC 9449). Each request then has a proof of it, of ECDSA with P-256,
   * P-384 or P-521, of Ed25519 or of RSA. Default: the token is a bearer token.
   */
  readonly dpop?: DpopKeyPair | undefined
  /** Required only if several tenants accept the token. */
  readonly tenant?: string | undefined
  /** Default: the grant of the first rule that matches. */
  readonly grant?: string | undefined
  /** 900 to 43,200, at most the grant's `maxDuration`. Default: the grant's `duration`. */
  readonly durationSeconds?: number | undefined
  /** The Sids of the grant's statements to keep, 1 to 100. Default: all statements. */
  readonly statements?: readonly string[] | undefined
  /**
   * An IAM policy that allows less than the grant, with at most 2,048 characters as JSON. The
   * broker refuses one that allows more. Default: the grant's own policy.
   */
  readonly policy?: object | undefined
  /**
   * How many seconds before the expiration a background refresh starts, at most half the lifetime
   * of the credentials. Default: 600. AWS SDK clients cache credentials themselves and call the
   * provider again from 300 seconds before the expiration.
   */
  readonly refreshAheadSeconds?: number | undefined
  /** How many seconds one request to the broker may take. Default: 10. */
  readonly timeoutSeconds?: number | undefined
  /**
   * Called and awaited if `token` or `actorToken` is a function and the broker responds with
   * `token_expired`. Then they are called again, and the request is repeated once if one of them
   * returns another token.
   */
  readonly onTokenExpired?: (() => void | Promise<void>) | undefined
  /** Once aborted, no request is sent, and calls that would wait reject with its reason. */
  readonly signal?: AbortSignal | undefined
  /** Default: the global `fetch`. */
  readonly fetch?: Fetch | undefined
  /** Milliseconds since 1970. Default: `Date.now`. */
  readonly now?: (() => number) | undefined
}
