/** Which condition operators and keys decide what a request reaches. */
import { findSimilar } from '../../model/similar-words.ts'
import type { Comparison } from './template-language.ts'

const EXACT: Comparison = { hasWildcards: false, ignoresCase: false }
const PATTERN: Comparison = { hasWildcards: true, ignoresCase: false }

/**
 * Operators that require a text to be one of the values, by their names in lower case. With
 * `IfExists` or `ForAllValues` a request without the key passes, and with `ForAnyValue` one request
 * may have the values of two callers, so these keep nobody apart.
 */
const COMPARISONS: ReadonlyMap<string, Comparison> = new Map([
  ['stringequals', EXACT],
  ['stringequalsignorecase', { hasWildcards: false, ignoresCase: true }],
  ['stringlike', PATTERN],
  ['arnequals', PATTERN],
  ['arnlike', PATTERN],
])

const FOR_ALL_VALUES = 'forallvalues:'

/**
 * Condition keys whose value names what is read or written. Other keys describe the caller, the
 * network or the form of the request: two callers with different values of `aws:SourceIp` reach
 * the same objects.
 * @see Service Authorization Reference, "Condition keys" of each service
 */
const NAMING_KEYS: readonly string[] = [
  ...['aws:ResourceAccount', 'aws:ResourceOrgID', 's3:prefix', 's3:DataAccessPointArn'],
  ...['dynamodb:LeadingKeys', 'secretsmanager:SecretId', 'sns:Endpoint', 'kms:RequestAlias'],
  ...['kms:ResourceAliases', 'ec2:InstanceID', 'rds:DatabaseName'],
]
const NAMING_KEYS_IN_LOWER_CASE: ReadonlySet<string> = new Set(
  NAMING_KEYS.map((key) => key.toLowerCase()),
)

/**
 * Keys with several values in one request, in lower case. One request may read the rows of two
 * callers. IAM defines only set operators for them, so any other keeps nobody apart.
 * @see IAM User Guide, "Set operators for multivalued context keys"
 */
const KEYS_WITH_SEVERAL_VALUES = ['dynamodb:leadingkeys', 'kms:resourcealiases']

/** Keys that name a tag of the resource, followed by the tag's key. */
const TAG_KEY =
  /^(?:[a-z0-9-]+:(?:resourcetag|requesttag)|s3:existingobjecttag|s3:requestobjecttag|rds:db-tag|kms:encryptioncontext)\/|^kms:encryptioncontext:/

/** @returns undefined for an operator that does not require one of the values */
export function comparisonOf(
  operator: string,
  key: string,
  condition: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
): Comparison | undefined {
  const name = operator.toLowerCase()
  if (!name.startsWith(FOR_ALL_VALUES))
    return KEYS_WITH_SEVERAL_VALUES.includes(key.toLowerCase()) ? undefined : COMPARISONS.get(name)
  return requiresKey(condition, key)
    ? COMPARISONS.get(name.slice(FOR_ALL_VALUES.length))
    : undefined
}

export function namesWhatIsReached(key: string): boolean {
  const name = key.toLowerCase()
  return NAMING_KEYS_IN_LOWER_CASE.has(name) || TAG_KEY.test(name)
}

/** A key that names what is reached, where a similar one was written. */
export function suggestNamingKey(keys: readonly string[]): string | undefined {
  return keys
    .filter((key) => !namesWhatIsReached(key))
    .map((key) => findSimilar(key, NAMING_KEYS))
    .find((key) => key !== undefined)
}

/** `Null: { key: false }`: the key must be present. */
function requiresKey(
  condition: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
  key: string,
): boolean {
  return Object.entries(condition).some(
    ([operator, keys]) =>
      operator.toLowerCase() === 'null' &&
      Object.entries(keys).some(
        ([name, value]) =>
          name.toLowerCase() === key.toLowerCase() && String(value).toLowerCase() === 'false',
      ),
  )
}
