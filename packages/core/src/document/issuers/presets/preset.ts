/** The shape of a preset: facts about the tokens of one provider, as data. */
import type { SignatureAlgorithm } from '../../../model/signature-algorithms.ts'

/** Of a provider that may have a domain of the operator's own. */
export const HOST_PATTERN = String.raw`https?:\/\/[a-z0-9.-]+(?::\d+)?`
export const GUID_PATTERN = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}'

/** One way in which a provider names its issuers, and what is special about their tokens. */
export interface IssuerForm {
  /** The name itself, or a pattern of the whole name. */
  readonly issuer: string | RegExp
  /** Where the keys are, if discovery does not find them; a path is one below the issuer. */
  readonly jwksUri?: string
  /** The claim that identifies the caller, if that is not `sub`. */
  readonly subject?: string
  readonly audienceFallback?: 'client_id'
  readonly authorizedPartyClaim?: 'cid' | 'appid'
  /**
   * Every customer of the provider gets tokens of this issuer, for any audience. So `member` must
   * compare one of these claims with the tenant's own value.
   * @see IAM User Guide, "Identity-provider controls for shared OIDC providers"
   */
  readonly ownerClaims?: readonly string[]
}

export interface Preset {
  /** The value of `verify.kind`. */
  readonly kind: string
  /** A document may omit `issuer` where the first form is one name. */
  readonly forms: readonly [IssuerForm, ...IssuerForm[]]
  /** What to write as `issuer`. */
  readonly issuerHint: string
  readonly algorithms: readonly SignatureAlgorithm[]
  /** Operators run the provider themselves, and may say where its keys are. */
  readonly selfHosted?: true
}
