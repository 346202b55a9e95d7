/** What asking an issuer about a token needs, and what comes of it. */
import type { RefusalCode, TokenStatement } from '@token-broker/core'
import type { SecretStore } from '../secret-store.ts'
import type { AddressRule, ResolveName } from './issuer-address.ts'

/** Creates the error of a refusal: the port `OpaqueVerifier` throws nothing else. */
type CreateRefusal = (code: RefusalCode, message: string, retryAfterSeconds?: number) => Error

export interface TokenCheckOptions {
  readonly rule: AddressRule
  readonly resolveName?: ResolveName
  readonly secrets: SecretStore
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** Milliseconds, from a clock that is never set back. */
  readonly ageClock: () => number
  /** An unguessable unique id. */
  readonly newId: () => string
  readonly refusal: CreateRefusal
}

export interface ProviderRequest {
  readonly method: 'GET' | 'POST'
  /** Messages quote it, so it contains neither a token nor a secret. */
  readonly url: string
  /** Added to the URL, and never quoted. */
  readonly query?: Readonly<Record<string, string>>
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
}

export interface ProviderResponse {
  readonly status: number
  readonly contentType: string | undefined
  readonly body: string
}

/**
 * @returns any response that is not a redirect
 * @throws `issuer_unavailable`
 */
export type CallProvider = (request: ProviderRequest) => Promise<ProviderResponse>

/** What the check of one token uses. */
export type CheckOptions = Pick<TokenCheckOptions, 'secrets' | 'refusal' | 'now' | 'newId'> & {
  readonly call: CallProvider
}

/** What an issuer said about a token, or why it does not vouch for it, for the operator. */
export type Verdict = TokenStatement | { readonly inactive: string }
