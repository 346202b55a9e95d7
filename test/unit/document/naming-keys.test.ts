/** The condition keys and operators that decide what a request reaches. */
import { describe, expect, it } from 'vitest'
import {
  comparisonOf,
  namesWhatIsReached,
  suggestNamingKey,
} from '../../../packages/core/src/document/isolation/naming-keys.ts'

describe('a key', () => {
  it.each([
    ...['aws:ResourceAccount', 'aws:ResourceOrgID', 's3:prefix', 's3:DataAccessPointArn'],
    ...['dynamodb:LeadingKeys', 'secretsmanager:SecretId', 'sns:Endpoint', 'kms:RequestAlias'],
    ...['kms:ResourceAliases', 'ec2:InstanceID', 'rds:DatabaseName'],
    ...['aws:ResourceTag/owner', 'aws:RequestTag/owner', 'ec2:ResourceTag/owner'],
    ...['s3:ExistingObjectTag/owner', 's3:RequestObjectTag/owner', 'rds:db-tag/owner'],
    ...['kms:EncryptionContext/owner', 'kms:EncryptionContext:owner', 'S3:PREFIX'],
  ])('%s names what is reached', (key) => {
    expect(namesWhatIsReached(key)).toBe(true)
  })

  it.each([
    ...['aws:SourceIp', 'aws:PrincipalTag/owner', 'aws:TagKeys', 's3:max-keys', 'prefix', ''],
    ...['aws:PrincipalTag/kms:EncryptionContext:a', 'aws:PrincipalTag/s3:ExistingObjectTag/a'],
    ...['aws:ResourceTag', 'kms:EncryptionContextKeys', 'iot:ClientId'],
  ])('%s does not', (key) => {
    expect(namesWhatIsReached(key)).toBe(false)
  })

  it('that is similar to one that does is suggested', () => {
    expect(suggestNamingKey(['aws:SourceIp', 's3:prefixs'])).toBe('s3:prefix')
    expect(suggestNamingKey(['dynamodb:LeadingKey'])).toBe('dynamodb:LeadingKeys')
    expect(suggestNamingKey(['aws:SourceIp'])).toBeUndefined()
    // It is right already.
    expect(suggestNamingKey(['kms:RequestAlias'])).toBeUndefined()
    expect(suggestNamingKey([])).toBeUndefined()
  })
})

describe('an operator', () => {
  const exact = { hasWildcards: false, ignoresCase: false }
  const pattern = { hasWildcards: true, ignoresCase: false }
  const present = (key = 's3:prefix', value: unknown = 'false') => ({ Null: { [key]: value } })

  it.each([
    ['StringEquals', exact],
    ['stringequals', exact],
    ['StringEqualsIgnoreCase', { hasWildcards: false, ignoresCase: true }],
    ['StringLike', pattern],
    ['ArnEquals', pattern],
    ['ArnLike', pattern],
    ['StringNotEquals', undefined],
    ['StringEqualsIfExists', undefined],
    ['ForAnyValue:StringEquals', undefined],
    ['ForAllValues:StringEquals', undefined],
    ['IpAddress', undefined],
  ])('%s compares as %j', (operator, comparison) => {
    expect(comparisonOf(operator, 's3:prefix', {})).toEqual(comparison)
  })

  it.each<[condition: Record<string, Record<string, unknown>>, requires: boolean]>([
    [present(), true],
    [present('S3:Prefix', false), true],
    [present('s3:prefix', 'FALSE'), true],
    [{ null: { 'a:b': 'true', 's3:prefix': 'false' } }, true],
    [{ StringEquals: { 'a:b': 'x' }, ...present() }, true],
    [present('s3:prefix', 'true'), false],
    [present('s3:delimiter'), false],
    [{ Bool: { 's3:prefix': 'false' } }, false],
    [{ Null: { 'a:b': 'false', 's3:prefix': 'true' } }, false],
    [{ Null: {} }, false],
  ])('of all values requires the key with %j: %s', (condition, requires) => {
    expect(comparisonOf('ForAllValues:StringLike', 's3:prefix', condition)).toEqual(
      requires ? pattern : undefined,
    )
  })
})
