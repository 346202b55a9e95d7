/** Which conditions keep callers apart. */
import { describe, expect, it } from 'vitest'
import { compileTenant } from '../../../packages/core/src/document/index.ts'
import { documentOf, errorsOf, grantOf } from './isolation-documents.ts'

describe('a condition', () => {
  const listing = (condition: string) => {
    const listed = "Action: ['s3:ListBucket'], Resource: 'arn:aws:s3:::b'"
    const statement = `${listed}, Condition: { ${condition} }`
    return errorsOf({ grants: grantOf('own', [statement]) })
  }

  it.each([
    "StringLike: { 's3:prefix': '{{user}}/*' }",
    "StringEquals: { 's3:prefix': ['{{user}}/', '{{user}}/inbox'] }",
    // `*` is a literal here.
    "StringEquals: { 's3:prefix': '{{user}}*' }",
    "StringLike: { 'S3:Prefix': '{{user}}/*' }",
    "StringEqualsIgnoreCase: { 's3:prefix': '{{user}}/' }",
    "StringEquals: { 'aws:ResourceTag/owner': '{{user}}' }",
    "'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['{{user}}'] }, " +
      "Null: { 'dynamodb:LeadingKeys': 'false' }",
  ])('%s keeps callers apart', (condition) => {
    expect(listing(condition)).toEqual([])
  })

  it.each([
    "StringLike: { 's3:prefix': '{{user}}*' }",
    "StringLikeIfExists: { 's3:prefix': '{{user}}/*' }",
    "StringNotEquals: { 's3:prefix': '{{user}}/' }",
    "'ForAnyValue:StringEquals': { 'dynamodb:LeadingKeys': ['{{user}}'] }",
    // One request may have the keys of two callers.
    "StringEquals: { 'dynamodb:LeadingKeys': '{{user}}' }",
    "StringLike: { 'kms:ResourceAliases': 'alias/{{user}}' }",
    "'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['{{user}}'] }",
    "IpAddress: { 'aws:SourceIp': '{{user}}' }",
    // The caller's own tag says nothing about the request.
    "StringEquals: { 'aws:PrincipalTag/user': '{{user}}' }",
    "StringEquals: { 'aws:SourceVpce': '{{user}}' }",
  ])('%s does not keep callers apart', (condition) => {
    expect(listing(condition)).toHaveLength(1)
  })

  it('with a misspelt key is reported with the key that was meant', () => {
    const condition = "'ForAllValues:StringEquals': { 'dynamodb:LeadingKey': ['{{user}}'] }"
    const statement = `Action: ['dynamodb:GetItem'], Resource: '*', Condition: { ${condition} }`
    const [error] = compileTenant(documentOf({ grants: grantOf('own', [statement]) }), 'a').errors
    expect(error?.hint).toMatch(/^did you mean the condition key dynamodb:LeadingKeys\?/)
  })

  it('that ignores case does not keep apart values that differ in case', () => {
    const statement =
      "Action: ['s3:ListBucket'], Resource: 'arn:aws:s3:::b', " +
      "Condition: { StringEqualsIgnoreCase: { 's3:prefix': '{{user}}/' } }"
    const attributes = "  user: { from: claims.sub, pattern: '[A-Za-z]{1,32}' }"
    expect(errorsOf({ attributes, grants: grantOf('own', [statement]) })).toHaveLength(1)
  })

  it('and a resource together keep callers apart, each for its own slot', () => {
    const statement = (prefix: string) =>
      "Action: ['s3:ListBucket'], Resource: 'arn:aws:s3:::{{team}}-b', " +
      `Condition: { StringLike: { 's3:prefix': '${prefix}' } }`
    const attributes = `  team: { from: claims.team, pattern: '[a-z]{1,32}' }
  user: { from: claims.sub, pattern: '[a-z]{1,32}' }`
    const errors = (prefix: string) =>
      errorsOf({ attributes, grants: grantOf('own', [statement(prefix)]) })
    expect(errors('{{user}}/*')).toEqual([])
    expect(errors('{{user}}*')).toHaveLength(1)
    // The resource alone keeps teams apart, so this slot may be ambiguous.
    expect(errors('{{team}}*')).toEqual([])
  })
})
