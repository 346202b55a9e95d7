/** Sessions of the local AWS: whose credentials sign a request, and what their role is. */
import type { PolicyStatement } from '@token-broker/core'

export interface LocalSession {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  /** Undefined for the owner of the local account only. */
  readonly sessionToken?: string
  /** Milliseconds since the epoch; `Infinity` for the owner. */
  readonly expiresAtMs: number
  /** Undefined: the owner of the local account, who may do everything. */
  readonly role?: AssumedRole
}

export interface AssumedRole {
  readonly roleArn: string
  readonly assumedRoleArn: string
  /** `AROA…:SESSION-NAME`, the value of `aws:userid`. */
  readonly roleId: string
  /** 12 digits, or empty for a role without an account, as on Ceph. */
  readonly account: string
  /** The ARN of the identity provider whose token was presented. */
  readonly provider: string
  readonly issuedAtMs: number
  readonly sourceIdentity?: string
  /** The session tags of the token. */
  readonly principalTags: Readonly<Record<string, string>>
  /** Statements of the inline session policy; undefined: none was sent. */
  readonly sessionPolicy?: readonly PolicyStatement[]
  readonly managedPolicyArns: readonly string[]
}
