/** What the backend of an app does with an identity pool, in requests that it signs. */
import type { CompiledPool } from './identity-pool.ts'
import type { PoolIdentity, PresentedLogin, VerifiedLogin } from './pool-identity.ts'
import type { SignedRequest } from './signed-request.ts'

/** A user identifier is the backend's own, and is not verified: its signature vouches for it. */
export type DeveloperOperation =
  | {
      readonly name: 'GetOpenIdTokenForDeveloperIdentity'
      /** One is of the pool's developer provider: its token is the user's identifier. */
      readonly logins: readonly PresentedLogin[]
      readonly identityId?: string
      /** 1 to 86,400. */
      readonly durationSeconds: number
    }
  | {
      readonly name: 'LookupDeveloperIdentity'
      /** At least one of the two. */
      readonly identityId?: string
      readonly user?: string
      /** 1 to 60. */
      readonly maxResults: number
      readonly nextToken?: string
    }
  | {
      readonly name: 'MergeDeveloperIdentities'
      readonly provider: string
      readonly source: string
      readonly destination: string
    }
  | {
      readonly name: 'UnlinkDeveloperIdentity'
      readonly provider: string
      readonly identityId: string
      readonly user: string
    }

export interface DeveloperRequest {
  /** The id of the pool. */
  readonly pool: string
  readonly signed: SignedRequest
  readonly operation: DeveloperOperation
}

/** What the operation returns; absent members are not part of its response. */
export interface DeveloperResult {
  readonly identityId?: string
  /** An OpenID token, for `Logins` of GetCredentialsForIdentity. */
  readonly token?: string
  readonly users?: readonly string[]
  readonly nextToken?: string
}

/** An operation whose public logins are verified. */
export interface VerifiedOperation {
  readonly operation: DeveloperOperation
  /** The name of the pool's developer provider. */
  readonly provider: string
  /** Of a public provider, in the order of the document. */
  readonly logins: readonly VerifiedLogin[]
}

/** An OpenID token of a pool, as an app presents it. */
export interface PresentedOpenIdToken {
  readonly pool: CompiledPool
  readonly token: string
  readonly identityId: string
  readonly adoptsChangedIds: boolean
  /** Nothing may be written. */
  readonly readOnly?: true
}

/** The user of an OpenID token. */
export interface DeveloperIdentity {
  readonly identity: PoolIdentity
  /** Of the token. */
  readonly claims: Readonly<Record<string, unknown>>
}

export interface DeveloperIdentities {
  /**
   * @returns the access key id of the signature, and why it proves nothing, if it does not
   * @throws {BrokerError} `upstream_unavailable`, `throttled`, `config_invalid`
   */
  verify(
    signed: SignedRequest,
    pool: CompiledPool,
    signal: AbortSignal,
  ): Promise<{ readonly keyId?: string; readonly refusal?: Error }>
  /** @throws {BrokerError} `upstream_unavailable`, `throttled`, or a `PoolRefusal` */
  run(
    operation: VerifiedOperation,
    pool: CompiledPool,
    signal: AbortSignal,
  ): Promise<DeveloperResult>
  /** @throws {BrokerError} `invalid_token`, `token_expired`, or what {@link run} throws */
  identify(presented: PresentedOpenIdToken, signal: AbortSignal): Promise<DeveloperIdentity>
}
