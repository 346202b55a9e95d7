/**
 * A compiled issuer whose tokens are opaque: they say nothing themselves, so the issuer is asked
 * about each of them.
 */
import type { IssuerTls } from './issuer-tls.ts'

/** How the broker proves to an issuer which client it is (RFC 6749 §2.3.1, RFC 7523 §2.2). */
export type ClientAuthentication = 'client_secret_basic' | 'client_secret_post' | 'private_key_jwt'

/** An introspection endpoint, and the client as which the broker calls it (RFC 7662). */
export interface IntrospectionClient {
  readonly url: string
  readonly clientId: string
  /** The name of the secret or private key in the secret store, never its value. */
  readonly clientSecret: string
  readonly method: ClientAuthentication
}

/** OAuth 2.0 Token Introspection (RFC 7662). */
export interface IntrospectionProfile extends IntrospectionClient {
  readonly kind: 'introspection'
}

/** The issuer's UserInfo endpoint (OpenID Connect Core §5.3). */
export interface UserInfoProfile {
  readonly kind: 'userinfo'
  readonly url: string
  /** Says for which application a token is; absent: the issuer has only one. */
  readonly introspection?: IntrospectionClient
}

/** An endpoint of the operator, which decides by itself. */
export interface WebhookProfile {
  readonly kind: 'webhook'
  readonly url: string
  /** The name of the secret with which requests are signed. */
  readonly secret: string
}

/** Login with Amazon: token info, and the user's profile. */
export interface AmazonProfile {
  readonly kind: 'login-with-amazon'
  /** Base URL of the API, in most cases `https://api.amazon.com`. */
  readonly url: string
}

/** An endpoint of a provider at which an app checks its own tokens. */
export interface AppTokenProfile {
  readonly kind: 'facebook' | 'github'
  /** Base URL of the API. */
  readonly url: string
  /** The id of the app. */
  readonly clientId: string
  /** The name of the app's secret in the secret store. */
  readonly clientSecret: string
}

/** Where and how the issuer is asked. */
export type OpaqueProfile =
  | IntrospectionProfile
  | UserInfoProfile
  | WebhookProfile
  | AmazonProfile
  | AppTokenProfile

export interface CompiledOpaqueIssuer {
  /** From the document. A response never chooses it. */
  readonly issuer: string
  readonly profile: OpaqueProfile
  /** Absent: the public roots, and no client certificate. */
  readonly tls?: IssuerTls
  readonly audiences: readonly string[]
  /**
   * The member of the response that must contain one of the audiences; `none`: the document states
   * that every token for which the issuer vouches is for its only audience.
   */
  readonly audienceClaim: 'client_id' | 'aud' | 'none'
  /** Empty: any. */
  readonly authorizedParties: readonly string[]
  /** Whether a token for several audiences needs no authorized party; absent: it needs one. */
  readonly anyParty?: true
  /** The only claim that names the authorized party; absent: `azp`, else `client_id`. */
  readonly authorizedPartyClaim?: string
  /** Names that lead to the claim that identifies the caller, outermost first; absent: `sub`. */
  readonly subject?: readonly string[]
  /** CEL; absent: every subject of the issuer is a member. */
  readonly member?: string
  /** Absent: a token with `act` is refused (RFC 8693 §4.1). */
  readonly delegatedTokens?: 'accept'
  /** Absent: a token without `cnf` is accepted as a bearer token. */
  readonly proofOfPossession?: 'required'
  /** Absent: a response without `iat` is refused. */
  readonly issuedAt?: 'optional'
  /** Absent: a response without `exp` is refused. */
  readonly expiresAt?: 'optional'
  readonly maxTokenAgeSeconds: number
  readonly clockToleranceSeconds: number
}
