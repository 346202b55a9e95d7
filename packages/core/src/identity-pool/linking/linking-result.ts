/** What an operation of linking returns. */
import type { IdentityItem, LinkedLogin, Stored } from './linking-items.ts'

/** Why an operation of linking refuses. The table was read, and nothing more was written. */
export type LinkingRefusal =
  /** Another request kept changing the same items. */
  | 'contended'
  /** The operator disabled the identity. */
  | 'disabled'
  /** The presented logins have two identities, and merging is off. */
  | 'two-identities'
  /** The identity already has another login of the provider. */
  | 'provider-taken'
  /** The merged identity would consist of more than {@link MAX_MERGED} identities. */
  | 'too-many-merged'
  /** The login has no identity, or another one than the request says. */
  | 'not-linked'

/** As in Amazon Cognito: up to 20 logins of a developer in one identity. */
export const MAX_MERGED = 20

export interface Refused {
  readonly refused: LinkingRefusal
}

/** The identity that a login has. */
export interface Found {
  /** After all merges. */
  readonly id: string
  readonly identity: Stored<IdentityItem>
  /** The login's own item, in the state `linked`. */
  readonly link: Stored<LinkedLogin>
  readonly refused?: undefined
}

export type Linked = Found | Refused
