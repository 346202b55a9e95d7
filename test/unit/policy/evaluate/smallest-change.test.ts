/** Which change of a request is the smallest: fewest parts first, then fewest characters. */
import { describe, expect, it } from 'vitest'
import type { PolicyStatement } from '../../../../packages/core/src/model/compiled-tenant.ts'
import { findSmallestChange } from '../../../../packages/core/src/policy/evaluate/smallest-change.ts'

const S3 = 'arn:aws:s3:::data'
type Part = Omit<PolicyStatement, 'Effect'>
const allow = (part: Part): PolicyStatement => ({ Effect: 'Allow', ...part })
const deny = (part: Part): PolicyStatement => ({ Effect: 'Deny', ...part })
const on = (Resource: string | string[], Action: string | string[] = 's3:GetObject') =>
  allow({ Action, Resource })

function changeOf(
  statements: readonly PolicyStatement[],
  resource: string,
  context: Readonly<Record<string, readonly string[]>> = {},
  action = 's3:GetObject',
) {
  return findSmallestChange(statements, {
    ...{ action, resource, context: new Map(Object.entries(context)) },
  })
}

const NO_KEYS = new Map()

describe('the smallest change', () => {
  it('is the statement, and the text in it, with the fewest edits', () => {
    const far = on([`${S3}/violet/*`, `${S3}/red/*`])
    const near = on(`${S3}/rad/*`)
    const expected = { resource: `${S3}/rad/x`, context: NO_KEYS }
    expect(changeOf([far, near], `${S3}/ra/x`)).toEqual({ statement: 1, ...expected })
    expect(changeOf([near, far], `${S3}/ra/x`)).toEqual({ statement: 0, ...expected })
    expect(changeOf([far], `${S3}/ret/x`)?.resource).toBe(`${S3}/red/x`)
    expect(changeOf([on([`${S3}/red/*`, `${S3}/violet/*`])], `${S3}/ret/x`)?.resource).toBe(
      `${S3}/red/x`,
    )
    const actions = ['s3:DeleteBucket', 's3:GetObjectTagging', 's3:PutObject']
    expect(changeOf([on('*', actions)], S3, {}, 's3:OutObject')).toEqual({
      ...{ statement: 0, action: 's3:PutObject', context: NO_KEYS },
    })
    expect(changeOf([on('*', actions.toReversed())], S3, {}, 's3:OutObject')?.action).toBe(
      's3:PutObject',
    )
  })

  it('changes one part with many edits rather than two with few', () => {
    const one = on(`${S3}/${'long'.repeat(6)}`)
    const both = on(`${S3}/b`, 's3:GetObjec')
    expect(changeOf([both, one], `${S3}/a`)?.statement).toBe(1)
    expect(changeOf([one, both], `${S3}/a`)?.statement).toBe(0)
    const key = allow({ ...both, Action: 's3:*', Condition: { StringEquals: { 'a:b': 'x' } } })
    expect(changeOf([key, one], `${S3}/a`)?.statement).toBe(1)
    expect(changeOf([one, key], `${S3}/a`)?.statement).toBe(0)
    const twoKeys = allow({
      ...{ Action: '*', Resource: '*' },
      Condition: { StringEquals: { 'a:b': 'x', 'a:c': 'x' } },
    })
    expect(changeOf([twoKeys, one], `${S3}/a`)?.statement).toBe(1)
  })

  it('adds the edits of the action and of the resource', () => {
    const near = on(`${S3}/ab`, 's3:GetObjectX')
    const far = on(`${S3}/a`, 's3:GetObjectXYZ')
    const request = [`${S3}/b`, {}] as const
    expect(changeOf([far, near], ...request)).toEqual({
      ...{ statement: 1, action: 's3:GetObjectX', resource: `${S3}/ab`, context: NO_KEYS },
    })
    const other = on(`${S3}/xyzb`, 's3:GetObjectX')
    expect(changeOf([other, near], ...request)?.statement).toBe(1)
  })

  it('does not exist where a part cannot be changed into one that matches', () => {
    const but = (part: Part) => allow(part)
    expect(changeOf([but({ NotAction: 's3:*', Resource: '*' })], S3)).toBeUndefined()
    expect(changeOf([but({ Action: '*', NotResource: `${S3}*` })], S3)).toBeUndefined()
    const own = on(`${S3}/\${aws:userid}/*`)
    expect(changeOf([own], `${S3}/a/b`, { 'aws:userid': [] })).toBeUndefined()
    expect(changeOf([own], `${S3}/a/b`, { 'aws:userid': ['c'] })).toEqual({
      ...{ statement: 0, resource: `${S3}/c/b`, context: NO_KEYS },
    })
    const never = { NumericEquals: { 'a:b': 'none' } }
    expect(changeOf([allow({ ...on('*'), Condition: never })], S3)).toBeUndefined()
    expect(changeOf([allow({ ...on('*'), Condition: never }), on(S3)], `${S3}x`)).toMatchObject({
      statement: 1,
    })
  })

  it('is never a Deny', () => {
    expect(changeOf([deny({ Action: 's3:GetObjec', Resource: '*' })], S3)).toBeUndefined()
    expect(
      changeOf([deny({ Action: 's3:PutObject', Resource: '*' }), on(`${S3}/a`)], S3)?.statement,
    ).toBe(1)
  })
})

describe('the statement of the smallest change', () => {
  const x = { Condition: { StringEquals: { 'a:b': 'x' } } }

  it('is the one that the change makes apply, and no other', () => {
    const read = allow({ Action: 's3:GetObject', Resource: '*', ...x })
    const expected = { statement: 1, context: new Map([['a:b', ['x']]]) }
    const otherAction = allow({ NotAction: 's3:*', Resource: '*', ...x })
    expect(changeOf([otherAction, read], S3)).toEqual(expected)
    const otherResource = allow({ Action: '*', NotResource: '*', ...x })
    expect(changeOf([otherResource, read], S3)).toEqual(expected)
    const denied = deny({ Action: '*', Resource: '*', ...x })
    const others = allow({
      ...{ Action: '*', Resource: '*' },
      Condition: { StringNotEquals: { 'a:b': 'x' } },
    })
    expect(changeOf([denied, others], S3)?.statement).toBe(1)
  })
})

describe('the keys of the smallest change', () => {
  const LIST: Part = {
    ...{ Action: 's3:ListBucket', Resource: S3 },
    Condition: { StringLike: { 's3:Prefix': 'red/*' }, Bool: { 'a:MFA': 'true' } },
  }
  const list = (
    context: Readonly<Record<string, readonly string[]>>,
    ...others: PolicyStatement[]
  ) => changeOf([allow(LIST), ...others], S3, context, 's3:ListBucket')

  it('are only those that must change', () => {
    expect(list({ 'a:mfa': ['true'] })?.context).toEqual(new Map([['s3:prefix', ['red/']]]))
    expect(list({ 's3:prefix': ['red/a'], 'a:mfa': ['false'] })?.context).toEqual(
      new Map([['a:mfa', ['true']]]),
    )
    expect(list({})?.context).toEqual(
      new Map([
        ['s3:prefix', ['red/']],
        ['a:mfa', ['true']],
      ]),
    )
  })

  it('are not those of statements that have nothing to do with the request', () => {
    const other = allow({
      ...{ Action: 's3:ListBucket', Resource: `${S3}x` },
      Condition: { StringEquals: { 'a:other': 'x' } },
    })
    const elsewhere = deny({
      ...{ Action: 's3:PutObject', Resource: '*' },
      Condition: { StringEquals: { 'a:elsewhere': 'x' } },
    })
    expect(list({ 'a:mfa': ['true'] }, other, elsewhere)?.context).toEqual(
      new Map([['s3:prefix', ['red/']]]),
    )
  })

  it('include what a Deny reads, where it applies or may apply', () => {
    const insecure = deny({
      ...{ Action: '*', Resource: '*' },
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    })
    const known = { 's3:prefix': ['red/a'], 'a:mfa': ['true'] }
    const secure = new Map([['aws:securetransport', ['true']]])
    expect(list({ ...known, 'aws:securetransport': ['false'] }, insecure)?.context).toEqual(secure)
    expect(list(known, insecure)?.context).toEqual(secure)
    expect(list({ ...known, 'aws:securetransport': ['true'] }, insecure)?.context).toEqual(NO_KEYS)
  })

  it('are one of those that a Deny reads together', () => {
    const both = deny({
      ...{ Action: '*', Resource: '*' },
      Condition: { Bool: { 'aws:SecureTransport': 'false' }, StringEquals: { 'a:zone': 'x' } },
    })
    const known = { 's3:prefix': ['red/a'], 'a:mfa': ['true'] }
    expect(list(known, both)?.context.size).toBe(1)
    const context = { ...known, 'aws:securetransport': ['false'], 'a:zone': ['x'] }
    expect(list(context, both)?.context.size).toBe(1)
  })

  it('are found among many keys that need no change', () => {
    const keysOf = (name: string) => ['1', '2', '3', '4', '5', '6'].map((at) => `a:${name}${at}`)
    const equal = (name: string) => ({
      StringEquals: Object.fromEntries(keysOf(name).map((key) => [key, 'p'])),
    })
    const zone = { StringNotEquals: { 'z:zone': 'ok' } }
    const all = { Action: 's3:GetObject', Resource: '*' }
    const statements = [
      allow({ ...all, Condition: equal('other') }),
      allow({ ...all, Action: 's3:PutObject', Condition: equal('put') }),
      deny({ ...all, Action: 's3:PutObject', Condition: equal('deny') }),
      allow({ ...all, Condition: equal('known') }),
      deny({ ...all, Condition: zone }),
    ]
    const known = Object.fromEntries(keysOf('known').map((key) => [key, ['p']]))
    expect(changeOf(statements, S3, { ...known, 'z:zone': ['bad'] })).toEqual({
      ...{ statement: 3, context: new Map([['z:zone', ['ok']]]) },
    })
  })

  it('include the variables of the resource', () => {
    const own = on(`${S3}/\${aws:userid}/*`)
    expect(changeOf([own], `${S3}/a/b`)).toEqual({
      ...{ statement: 0, context: new Map([['aws:userid', ['a']]]) },
    })
  })

  it('are none where the request is allowed with another resource alone', () => {
    const read = allow({ ...on(`${S3}/a`), Condition: { StringLike: { 'a:b': 'x*' } } })
    expect(changeOf([read], `${S3}/b`, { 'a:b': ['xy'] })).toEqual({
      ...{ statement: 0, resource: `${S3}/a`, context: NO_KEYS },
    })
  })
})
