/** A token of one provider in its real form, and what makes a token of it another one. */

/** Claims that replace those of the sample; undefined removes one. */
type ChangedClaims = Readonly<Record<string, unknown>>

/** Another form of tokens, with the change of the page's document that the page describes. */
interface AlternativeSample {
  /** Texts of the document, and what takes their place. */
  readonly replace: readonly (readonly [text: string, by: string])[]
  /** What the page says to write: it is in the page and in the changed document. */
  readonly described: readonly string[]
  readonly claims: ChangedClaims
  readonly subject: string
  /** In place of the sample's. */
  readonly documents?: ProviderSample['documents']
}

export interface ProviderSample {
  /** The preset, and the name of its page. */
  readonly kind: string
  readonly algorithm: 'RS256' | 'ES256' | 'ES384'
  /** Another algorithm, with which the provider signs nothing. */
  readonly foreignAlgorithm: 'ES256' | 'EdDSA'
  /** Members of the header beside `alg` and `kid`. */
  readonly header: object
  /** Without `iat` and `exp`. */
  readonly claims: Readonly<Record<string, unknown>>
  /** How long the provider's tokens are valid, in seconds. */
  readonly lifetimeSeconds: number
  /** What the provider publishes, by URL: its key set, and how that is found. */
  readonly documents: (keySet: object) => Readonly<Record<string, unknown>>
  /** What a request for the key set must accept; default: any type. */
  readonly keySetType?: string
  /** Who the caller is in the audit record. */
  readonly subject: string
  /** What the session policy of the page's tenant allows this caller to reach. */
  readonly resource: string
  /** Other tokens that the page's tenant accepts, by what they are. */
  readonly accepted?: Readonly<Record<string, ChangedClaims>>
  /** By what they are. */
  readonly alternatives?: Readonly<Record<string, AlternativeSample>>
  /** A token for another application of the same tenant, project or realm. */
  readonly otherApplication: ChangedClaims
  /** A token of another customer, directory, realm or cluster. */
  readonly otherTenant: ChangedClaims
  /**
   * The rows of the page's table of mistakes, by their first cell: what is presented. Text is a
   * token that is no JWT.
   */
  readonly mistakes: Readonly<Record<string, ChangedClaims | string>>
}
