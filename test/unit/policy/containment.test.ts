/** Containment of statements, case by case: what is covered, and the example where it is not. */
import { describe, expect, it } from 'vitest'
import { BudgetExceededError } from '../../../packages/core/src/automata/budget.ts'
import { findUncovered } from '../../../packages/core/src/policy/containment.ts'
import { allow, onResource, type Part, uncovered, under } from './uncovered.ts'

const S3 = 'arn:aws:s3:::'

describe('resources', () => {
  it.each([
    [`${S3}acme/red/*`, [`${S3}acme/*`]],
    [`${S3}acme/red/*.jpg`, [`${S3}acme/red/*`]],
    [`${S3}acme/r?d/*`, [`${S3}acme/???/*`]],
    [`${S3}acme/*/*`, [`${S3}acme/*`]],
    [`${S3}acme/**`, [`${S3}acme/*`]],
    [`${S3}acme/a?`, [`${S3}acme/a`, `${S3}acme/a*`]],
    ['*', ['*']],
    ['arn:aws:sqs:eu-west-1:111122223333:jobs-*', ['arn:aws:sqs:*:111122223333:jobs-*']],
    ['arn:aws:logs:eu-west-1:1:log-group:app:*', ['arn:aws:logs:*:1:log-group:app*']],
    ['arn:aws:red:eu-west-1:1:*:red/*', ['arn:aws:red:eu-west-1:1:*:red/*']],
  ])('%s is inside %j', (requested, covering) => {
    expect(uncovered(onResource(requested), [onResource(covering)])).toBeUndefined()
    // A union of statements covers as much as a list in one of them.
    expect(uncovered(onResource(requested), covering.map(onResource))).toBeUndefined()
  })

  it.each([
    [`${S3}acme/*`, [`${S3}acme/red/*`], `${S3}acme/`],
    [`${S3}acme*`, [`${S3}acme/*`, `${S3}acme`], `${S3}acmea`],
    [`${S3}acme/*`, [`${S3}acme/?*`], `${S3}acme/`],
    [`${S3}acme/a*c`, [`${S3}acme/a?c`], `${S3}acme/ac`],
    [`${S3}ACME/*`, [`${S3}acme/*`], `${S3}ACME/`],
    ['*', [`${S3}*`], '*'],
    // The wildcard of the account may match a colon and more, or not.
    ['arn:aws:sqs:eu-west-1:1:a', ['arn:aws:sqs:*:a'], 'arn:aws:sqs:eu-west-1:1:a'],
    // A `?` matches no colon, as IAM documents it, but a `*` at the end does.
    [`${S3}acme/*`, [`${S3}acme/`, `${S3}acme/?*`], `${S3}acme/:`],
    // Only a `*` at the end of a segment matches colons, as IAM documents it.
    ['arn:aws:logs:r:1:g:a:b', ['arn:aws:logs:r:1:g*b'], 'arn:aws:logs:r:1:g:a:b'],
    ['arn:aws:x:r:1:blue:red/1', ['arn:aws:x:r:1:*:red/*'], 'arn:aws:x:r:1:blue:red/1'],
  ])('%s is not inside %j', (requested, covering, resource) => {
    expect(uncovered(onResource(requested), [onResource(covering)])).toEqual({
      action: 's3:getobject',
      resource,
      context: {},
    })
  })

  it('a wildcard in the type covers the same text, and nothing else beside it', () => {
    const wild = 'arn:aws:x:r:1:*:red/*'
    expect(uncovered(onResource([wild]), [onResource(wild)])).toBeUndefined()
    expect(
      uncovered(onResource([wild, 'arn:aws:x:r:1:blue:red/1']), [onResource(wild)]),
    ).toBeDefined()
  })

  it('a NotResource is a complement, on either side', () => {
    const but = (NotResource: string): Part => ({ Action: 's3:*', NotResource })
    expect(uncovered(but(`${S3}acme/*`), [but(`${S3}acme/red/*`)])).toBeUndefined()
    expect(uncovered(but(`${S3}acme/red/*`), [but(`${S3}acme/*`)])).toBeDefined()
    expect(uncovered(onResource(`${S3}beta/*`), [but(`${S3}acme/*`)])).toBeUndefined()
    expect(uncovered(but(`${S3}acme/red/*`), [onResource('*')])?.action).toBe('s3:a')
  })
})

describe('actions', () => {
  const act = (Action: string | string[]): Part => ({ Action, Resource: '*' })
  it.each([
    ['s3:getobject', ['s3:GetObject']],
    ['s3:Get*', ['s3:*']],
    ['s3:Get?bject', ['s3:Get*']],
    ['s3:*', ['S3:*']],
    ['*', ['*']],
    ['*', ['*:*']],
    ['s3:*', ['s3:?*']],
  ])('%s is inside %j', (requested, covering) => {
    expect(uncovered(act(requested), [act(covering)])).toBeUndefined()
  })

  it.each([
    ['s3:*', ['s3:Get*', 's3:Put*'], 's3:a'],
    ['*', ['s3:*'], 'a:a'],
    ['s3:Get*', ['s3:GetObject'], 's3:get'],
  ])('%s is not inside %j', (requested, covering, action) => {
    expect(uncovered(act(requested), [act(covering)])).toMatchObject({ action })
  })

  it('a NotAction is a complement', () => {
    const but = (NotAction: string[]): Part => ({ NotAction, Resource: '*' })
    expect(uncovered(but(['s3:*', 'sqs:*']), [but(['s3:*'])])).toBeUndefined()
    expect(uncovered(but(['s3:*']), [but(['s3:*', 'sqs:*'])])?.action).toBe('sqs:a')
    expect(uncovered(but(['s3:*']), [act('*')])).toBeUndefined()
  })
})

describe('variables', () => {
  const folder = (variable: string, rest = '*') => onResource(`${S3}acme/\${${variable}}/${rest}`)

  it('a variable equals itself, and is inside a star', () => {
    expect(uncovered(folder('aws:userid', 'x/*'), [folder('aws:userid')])).toBeUndefined()
    expect(uncovered(folder('aws:UserId', 'x/*'), [folder('aws:userid')])).toBeUndefined()
    expect(uncovered(folder('aws:userid'), [onResource(`${S3}acme/*`)])).toBeUndefined()
    expect(
      uncovered(folder("aws:PrincipalTag/team, 'none'"), [folder("aws:PrincipalTag/Team, 'none'")]),
    ).toBeUndefined()
  })

  it.each([
    ['aws:userid', 'aws:username'],
    ['aws:PrincipalTag/team', "aws:PrincipalTag/team, 'none'"],
  ])('%s is not %s', (requested, granted) => {
    expect(uncovered(folder(requested), [folder(granted)])?.resource).toContain(
      `\${${requested.toLowerCase()}`,
    )
  })

  it.each([
    [folder('aws:userid'), onResource(`${S3}acme/?/*`)],
    [folder('aws:userid'), onResource(`${S3}acme/a/*`)],
    [onResource(`${S3}acme/*`), folder('aws:userid')],
    [onResource(`${S3}acme/a/*`), folder('aws:userid')],
  ])('%j is not inside %j', (requested, granted) => {
    expect(uncovered(requested, [granted])).toBeDefined()
  })

  it('a variable whose value is known is that value', () => {
    const known = new Map([['aws:principaltag/team', 'a*b']])
    const tag = folder('aws:PrincipalTag/Team')
    expect(uncovered(onResource(`${S3}acme/a\${*}b/x`), [tag], known)).toBeUndefined()
    expect(uncovered(tag, [onResource(`${S3}acme/a*b/*`)], known)).toBeUndefined()
    expect(uncovered(onResource(`${S3}acme/axb/x`), [tag], known)).toBeDefined()
    expect(uncovered(onResource(`${S3}acme/a*b/x`), [tag], known)).toBeDefined()
  })

  it('a literal * of a variable’s kind is not a wildcard', () => {
    expect(uncovered(onResource(`${S3}a*`), [onResource(`${S3}a\${*}`)])?.resource).toBe(`${S3}a`)
    expect(uncovered(onResource(`${S3}a\${*}`), [onResource(`${S3}a*`)])).toBeUndefined()
  })

  // Whether `abc` differs from the variable depends on its value.
  it('a negated condition with a variable is implied only by the same condition', () => {
    const not = under({ StringNotEquals: { 'a:b': '${aws:userid}' } })
    expect(uncovered(not, [not])).toBeUndefined()
    expect(uncovered(under({ StringEquals: { 'a:b': 'abc' } }), [not])).toBeDefined()
    const two = under({ StringNotEquals: { 'a:b': ['${aws:userid}', 'x'] } })
    expect(uncovered(two, [not])).toBeUndefined()
    expect(uncovered(not, [two])).toBeDefined()
  })

  // For the value `a`, `acme/a/x` satisfies both conditions.
  it('two patterns are not disjoint because one has a variable', () => {
    const both = under({
      StringLike: { 'a:b': '${aws:userid}/*' },
      'ForAllValues:StringEquals': { 'a:b': 'a/x' },
    })
    expect(uncovered(both, [under({ StringEquals: { 'a:b': 'z' } })])).toBeDefined()
  })

  // The text of the variable may contain a colon.
  it('a variable is not inside a star that matches no colons', () => {
    const group = 'arn:aws:logs:eu-west-1:1:group-'
    const named = onResource(`${group}\${aws:userid}-x`)
    expect(uncovered(named, [onResource(`${group}*`)])).toBeUndefined()
    expect(uncovered(named, [onResource(`${group}*x`)])).toBeDefined()
  })

  it('a ? matches no variable, and a negated condition without a value may pass', () => {
    const like = (text: string) => under({ StringLike: { 'a:b': text } })
    expect(uncovered(like('${aws:userid}'), [like('?')])).toBeDefined()
    const not = under({ StringNotLike: { 'a:b': '${aws:userid}*' } })
    expect(uncovered(not, [under({ StringNotEquals: { 'a:b': '${aws:userid}' } })])).toBeDefined()
  })

  it('what a Deny with a variable excludes is not assumed', () => {
    const denied: Part = { Action: '*', NotResource: `${S3}\${aws:userid}/*` }
    expect(uncovered(onResource(`${S3}a/*`), [denied])).toBeDefined()
    const others: Part = { Action: 's3:GetObject', NotResource: `${S3}a*` }
    const named: Part = { Action: '*', NotResource: `${S3}a\${aws:userid}` }
    expect(uncovered(others, [named])).toBeDefined()
  })
})

describe('the budget', () => {
  it('is not exceeded by ordinary statements, and ends the work on others', () => {
    const budget = { remaining: 20_000 }
    const many = (character: string) => `${S3}${`*${character}`.repeat(60)}?`.slice(0, 180)
    expect(() =>
      findUncovered(
        [allow(onResource(many('a')))],
        ['a?', 'b', 'ab'].map((text) => allow(onResource(many(text)))),
        { budget },
      ),
    ).toThrow(BudgetExceededError)
  })
})
