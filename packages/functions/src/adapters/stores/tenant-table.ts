/**
 * Layout of the DynamoDB table of tenants, shared by the broker, which reads it, and the command line, which writes it.
 *
 * | pk | sk | what |
 * |---|---|---|
 * | `tenant#ID` | `head` | the document that decides: compiled, with its version. The only item that makes a change take effect |
 * | `tenant#ID` | `version#0000000007` | what somebody wrote: source text, when, by whom, on top of which version. Never changed |
 * | `issuer#URL` | `ID` | index: the tenant trusts the issuer, with the profile and audiences of some version |
 * | `origin#URL` | `ID` | index: pages of the origin may call for the tenant |
 * | `tenants` | `ID` | index: there is or was such a tenant |
 *
 * Index items may lag behind the heads, or be left over by a writer that died: they select tenants and decide nothing. The
 * pipeline loads the head and verifies under its profile (`holdsUnder`). A head lists as `indexed` every partition that may
 * hold an index item of its tenant, and is `settled` once a writer has brought those items up to its version.
 */

/** Rises when a compiled document of this release could be misread by an older broker, or the reverse. */
export const COMPILED_FORMAT = 1
/** A limit of DynamoDB, in bytes of names and values. */
export const MAX_ITEM_BYTES = 409_600
export const NAMES_PARTITION = 'tenants'
export const VERSION_PREFIX = 'version#'

/** A limit of DynamoDB for `pk`. */
const MAX_KEY_BYTES = 2_048
const TENANT_ID = /^[a-z0-9][a-z0-9-]{0,62}$/

type Attribute = { readonly S: string } | { readonly N: string }
export type NewItem = Readonly<Record<string, Attribute>>
/** An item as it was read: any attribute may be missing or of another type. */
export type Item = Readonly<
  Record<string, { readonly S?: string | undefined; readonly N?: string | undefined }>
>
export type Key = { readonly pk: { readonly S: string }; readonly sk: { readonly S: string } }

export function isTenantId(text: string): boolean {
  return TENANT_ID.test(text)
}

export function tenantPartition(tenant: string): string {
  return `tenant#${tenant}`
}

export function headKey(tenant: string): Key {
  return key(tenantPartition(tenant), 'head')
}

export function versionKey(tenant: string, version: number): Key {
  return key(tenantPartition(tenant), `${VERSION_PREFIX}${String(version).padStart(10, '0')}`)
}

export function key(partition: string, sortKey: string): Key {
  return { pk: { S: partition }, sk: { S: sortKey } }
}

export function issuerPartition(issuer: string): string {
  return `issuer#${issuer}`
}

export function originPartition(origin: string): string {
  return `origin#${origin}`
}

/** Whether a partition's name can be in the table at all. */
export function fitsKey(partition: string): boolean {
  return Buffer.byteLength(partition) <= MAX_KEY_BYTES
}
