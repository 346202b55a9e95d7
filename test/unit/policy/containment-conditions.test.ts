/** Containment of statements with conditions, case by case. */
import { describe, expect, it } from 'vitest'
import { type Conditions, uncovered, under } from './uncovered.ts'

describe('conditions', () => {
  it.each<[Conditions, Conditions]>([
    [{ StringLike: { 's3:prefix': 'red/*' } }, {}],
    [{ StringLike: { 's3:prefix': ['red/a/*'] } }, { StringLike: { 's3:prefix': 'red/*' } }],
    [{ StringEquals: { 'S3:Prefix': 'red/a' } }, { StringLike: { 's3:prefix': 'red/*' } }],
    [{ StringEquals: { 's3:prefix': 'A' } }, { StringEqualsIgnoreCase: { 's3:prefix': 'a' } }],
    [{ StringLike: { 's3:prefix': 'a*' } }, { StringLike: { 's3:prefix': ['a', 'a?', 'a??*'] } }],
    [{ Null: { 's3:prefix': true } }, { StringNotEquals: { 's3:prefix': 'b' } }],
    [{ StringNotLike: { 's3:prefix': 'a*' } }, { StringNotLike: { 's3:prefix': 'ab*' } }],
    [{ StringEquals: { 's3:prefix': '' } }, { StringLike: { 's3:prefix': '*' } }],
    [{ StringEquals: { 's3:prefix': 'a' } }, { StringLikeIfExists: { 's3:prefix': '*' } }],
    [{ StringEquals: { 's3:prefix': 'a' } }, { Null: { 's3:prefix': 'false' } }],
    [{ Null: { 's3:prefix': true } }, { StringNotEquals: { 's3:prefix': 'a' } }],
    [{ Bool: { 'aws:SecureTransport': true } }, { Bool: { 'aws:SecureTransport': 'true' } }],
    [{ StringEquals: { 'a:b': 'true' } }, { Bool: { 'a:b': ['true', 'false'] } }],
    [{ NumericLessThan: { 'a:b': 10 } }, { NumericLessThanEquals: { 'a:b': '10' } }],
    [{ NumericEquals: { 'a:b': 5 } }, { NumericGreaterThan: { 'a:b': 4.5 } }],
    [{ NumericEquals: { 'a:b': '1.0' } }, { NumericEquals: { 'a:b': 1 } }],
    [{ NumericLessThanEquals: { 'a:b': 10 } }, { NumericNotEquals: { 'a:b': 11 } }],
    [
      { IpAddress: { 'aws:SourceIp': '10.1.2.3' } },
      { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } },
    ],
    [
      { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } },
      { IpAddress: { 'aws:SourceIp': ['10.128.0.0/9', '10.0.0.0/9'] } },
    ],
    [
      { IpAddress: { 'aws:SourceIp': '2001:db8:1::/48' } },
      { IpAddress: { 'aws:SourceIp': '2001:db8::/32' } },
    ],
    [{ IpAddress: { 'a:b': '10.0.0.0/8' } }, { NotIpAddress: { 'a:b': '11.0.0.0/8' } }],
    [
      { DateLessThan: { 'aws:CurrentTime': '2026-01-01T00:00:00Z' } },
      { DateLessThan: { 'aws:CurrentTime': '1767225600' } },
    ],
    [{ ArnLike: { 'a:b': 'arn:aws:s3:::x/1' } }, { ArnEquals: { 'a:b': 'arn:aws:s3:::x/*' } }],
    [{ StringEquals: { 'a:b': 'arn:aws:s3:::x/1' } }, { ArnLike: { 'a:b': 'arn:aws:s3:::x/*' } }],
    [{ BinaryEquals: { 'a:b': 'AA==' } }, { BinaryEquals: { 'a:b': ['AA==', 'AQ=='] } }],
    [
      { 'ForAllValues:StringLike': { 'a:b': 'a/*' } },
      { 'ForAllValues:StringLike': { 'a:b': ['a*', 'b*'] } },
    ],
    [
      { 'ForAnyValue:StringLike': { 'a:b': 'a/*' } },
      { 'ForAnyValue:StringLike': { 'a:b': ['a*', 'b*'] } },
    ],
    [
      { 'ForAllValues:StringEquals': { 'a:b': ['x'] }, Null: { 'a:b': 'false' } },
      { 'ForAnyValue:StringEquals': { 'a:b': ['x', 'y'] } },
    ],
    // A number that doubles do not keep apart from others equals the same text.
    [
      { NumericEquals: { 'a:b': '12345678901234567890' } },
      { NumericEquals: { 'a:b': ['12345678901234567890', '1'] } },
    ],
  ])('%j is inside %j', (requested, covering) => {
    expect(uncovered(under(requested), [under(covering)])).toBeUndefined()
  })

  it.each<[Conditions, Conditions, Record<string, string[]>]>([
    [{}, { StringLike: { 's3:prefix': '*' } }, {}],
    [{}, { StringLikeIfExists: { 's3:prefix': 'a' } }, { 's3:prefix': [''] }],
    [
      { StringLike: { 's3:prefix': '*' } },
      { StringLike: { 's3:prefix': 'a*' } },
      { 's3:prefix': [''] },
    ],
    // A `*` of StringEquals is only a character.
    [
      { StringLike: { 's3:prefix': 'a*' } },
      { StringEquals: { 's3:prefix': 'a*' } },
      { 's3:prefix': ['a'] },
    ],
    [
      { StringEqualsIgnoreCase: { 's3:prefix': 'a' } },
      { StringEquals: { 's3:prefix': 'a' } },
      { 's3:prefix': ['A'] },
    ],
    // A key of texts may have several values, and each of them must differ.
    [
      { StringEquals: { 's3:prefix': 'a' } },
      { StringNotEquals: { 's3:prefix': 'b' } },
      { 's3:prefix': ['a', 'b'] },
    ],
    [{ StringNotEquals: { 's3:prefix': 'a' } }, { StringLike: { 's3:prefix': '*' } }, {}],
    [
      { StringNotLike: { 's3:prefix': 'ab*' } },
      { StringNotLike: { 's3:prefix': 'a*' } },
      { 's3:prefix': ['a'] },
    ],
    [{ StringEqualsIfExists: { 's3:prefix': 'a' } }, { StringEquals: { 's3:prefix': 'a' } }, {}],
    [{ Bool: { 'a:b': ['true', false] } }, { Bool: { 'a:b': 'true' } }, { 'a:b': ['false'] }],
    [
      { NumericLessThanEquals: { 'a:b': 10 } },
      { NumericLessThan: { 'a:b': 10 } },
      { 'a:b': ['10'] },
    ],
    [
      { NumericGreaterThan: { 'a:b': 10 } },
      { NumericGreaterThan: { 'a:b': 11 } },
      { 'a:b': ['11'] },
    ],
    [{ NumericNotEquals: { 'a:b': 1 } }, { NumericGreaterThan: { 'a:b': 1 } }, {}],
    [{ NumericLessThan: { 'a:b': 3 } }, { NumericEquals: { 'a:b': [1, 2] } }, { 'a:b': ['0'] }],
    [
      { IpAddress: { 'a:b': '10.0.0.0/8' } },
      { IpAddress: { 'a:b': '10.0.0.0/9' } },
      { 'a:b': ['10.128.0.0'] },
    ],
    [
      { IpAddress: { 'a:b': '::/0' } },
      { IpAddress: { 'a:b': '0.0.0.0/0' } },
      { 'a:b': ['0000:0000:0000:0000:0000:0000:0000:0000'] },
    ],
    [
      { DateLessThan: { 'a:b': '2026-01-02T00:00:00Z' } },
      { DateLessThan: { 'a:b': '2026-01-01T00:00:00Z' } },
      { 'a:b': ['2026-01-01T00:00:00.000Z'] },
    ],
    [{ 'ForAllValues:StringEquals': { 'a:b': 'x' } }, { StringEquals: { 'a:b': 'x' } }, {}],
    [
      { 'ForAnyValue:StringEquals': { 'a:b': 'x' } },
      { 'ForAllValues:StringEquals': { 'a:b': 'x' } },
      { 'a:b': ['x', ''] },
    ],
    [
      { StringEquals: { 's3:prefix': 'x' } },
      { StringEquals: { 'a:b': 'x' } },
      { 's3:prefix': ['x'] },
    ],
    [
      { StringEquals: { 'a:b': 'abc' } },
      { StringLike: { 'a:b': ['a?', '??'] } },
      { 'a:b': ['abc'] },
    ],
    // IAM documents that ForAllValues passes for an empty value.
    [
      { 'ForAllValues:StringEquals': { 'a:b': 'x' } },
      { StringNotEquals: { 'a:b': '' } },
      { 'a:b': [''] },
    ],
    // Whether É and é are equal is not documented.
    [
      { StringEquals: { 'a:b': 'É' } },
      { StringEqualsIgnoreCase: { 'a:b': 'é' } },
      { 'a:b': ['É'] },
    ],
  ])('%j is not inside %j', (requested, covering, context) => {
    expect(uncovered(under(requested), [under(covering)])).toMatchObject({ context })
  })

  it('conditions of several statements cover together', () => {
    const prefix = (value: string) => under({ StringLike: { 's3:prefix': value } })
    expect(
      uncovered(under({ StringLike: { 's3:prefix': ['a/*', 'b/*'] } }), [
        prefix('a/*'),
        prefix('b/*'),
      ]),
    ).toBeUndefined()
    const some = [prefix('*'), under({ Null: { 's3:prefix': 'true' } })]
    expect(uncovered(under({}), some)).toBeUndefined()
  })

  it('a value that IAM may read in several ways is covered only by the same value', () => {
    const binary = (value: string) => under({ BinaryEquals: { 'a:b': value } })
    const date = (value: string) => under({ DateEquals: { 'a:b': value } })
    expect(
      uncovered(date('2026-01-01T00:00:00.5Z'), [date('2026-01-01T00:00:00.50Z')]),
    ).toBeDefined()
    expect(
      uncovered(date('2026-01-01T00:00:00.5Z'), [date('2026-01-01T00:00:00.5Z')]),
    ).toBeUndefined()
    expect(uncovered(binary('AA=='), [under({ StringEquals: { 'a:b': 'AA==' } })])).toBeDefined()
    const number = (value: string) => under({ NumericLessThan: { 'a:b': value } })
    expect(uncovered(number('10000000000000001'), [number('10000000000000002')])).toBeDefined()
  })
})
