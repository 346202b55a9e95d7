/** How tenants, grants and attributes are named; wire formats and documents share these forms. */

/** The source of the regular expression of a tenant id, without anchors. */
export const TENANT_ID_PATTERN = '[a-z0-9][a-z0-9-]{0,62}'
/** The same for the name of a grant. */
export const GRANT_NAME_PATTERN = '[A-Za-z][A-Za-z0-9_-]{0,63}'
/** Between the names of two grants in the name of what both allow; no grant's name contains it. */
export const INTERSECTION_MARK = '.'
/** The same for the name of a grant that a rule leads to: one of the document, or two of them. */
export const RULED_GRANT_PATTERN = [
  GRANT_NAME_PATTERN,
  `(?:\\${INTERSECTION_MARK}`,
  GRANT_NAME_PATTERN,
  ')?',
].join('')
/** The same for the name of an attribute. */
export const ATTRIBUTE_NAME_PATTERN = '[A-Za-z][A-Za-z0-9_]{0,63}'

/** Values that slots may use without an attribute, for requests to identity pools. */
const BUILT_IN_VALUES = ['identity', 'guest'] as const
export type BuiltInValue = (typeof BUILT_IN_VALUES)[number]

export function isBuiltIn(name: string): name is BuiltInValue {
  return BUILT_IN_VALUES.some((one) => one === name)
}

/** The same for the name of a secret in the secret store. */
export const SECRET_NAME_PATTERN = '[A-Za-z][A-Za-z0-9_-]{0,63}'

const TENANT_ID = new RegExp(`^${TENANT_ID_PATTERN}$`)

export function isTenantId(text: string): boolean {
  return TENANT_ID.test(text)
}

/** A SAML provider in IAM: its account, and `/` with its name. */
export const SAML_PROVIDER_ARN = /^arn:[\w-]+:iam::(\d{12}):saml-provider(\/[\w.-]{1,128})$/
/** No account of AWS: ARNs of this account name tenants and grants to the STS endpoint. */
export const VIRTUAL_ACCOUNT = '000000000000'
