/** What a refusal of a caller's wider policy says: to the caller, to the operator, in the trace. */
import { describe, expect, it } from 'vitest'
import type { PolicyStatement } from '../../../packages/core/src/model/compiled-tenant.ts'
import { createTrace, type ShownCheck, showTrace } from '../../../packages/core/src/model/trace.ts'
import { narrowToCallerPolicy } from '../../../packages/core/src/session/caller-policy.ts'
import { CallerPolicyRefusal } from '../../../packages/core/src/session/caller-policy-refusal.ts'

const S3 = 'arn:aws:s3:::acme'
const READ: PolicyStatement = { Effect: 'Allow', Action: 's3:GetObject', Resource: `${S3}/alice/*` }
const LIST: PolicyStatement = {
  Effect: 'Allow',
  Action: 's3:ListBucket',
  Resource: S3,
  Condition: {
    StringLike: { 's3:prefix': 'alice/*', 's3:delimiter': '/*' },
    Bool: { 'aws:SecureTransport': 'true' },
  },
}
const SEND: PolicyStatement = {
  Effect: 'Allow',
  Action: 'sqs:SendMessage',
  Resource: '*',
  Condition: { StringEquals: { 'aws:PrincipalTag/team': 'red' } },
}
const SECRET: PolicyStatement = { Effect: 'Deny', Action: 's3:*', Resource: `${S3}/secret/*` }
const GRANTED = [READ, LIST, SEND, SECRET]

interface Refusal {
  readonly callerMessage: string | undefined
  readonly message: string
  readonly check: ShownCheck | undefined
}

function refusalOf(
  requested: readonly PolicyStatement[],
  granted: readonly PolicyStatement[] = GRANTED,
): Refusal {
  const trace = createTrace()
  try {
    narrowToCallerPolicy({ statements: granted, sessionTags: {} }, requested, trace)
  } catch (error) {
    if (!(error instanceof CallerPolicyRefusal)) throw error
    expect(error.code).toBe('access_denied')
    const { message, callerMessage } = error
    return { message, callerMessage, check: showTrace(trace).at(-1) }
  }
  throw new Error('nothing was refused')
}

const wider = (what: string, name = 'Statement 1') =>
  `${name} of the session policy allows more than the grant: ${what}.`

describe('the message names the first part that is not granted', () => {
  it.each<[string, PolicyStatement, string]>([
    [
      'an action',
      { ...READ, Action: ['s3:GetObject', 'iam:PassRole', 'kms:Decrypt'] },
      'the grant does not allow iam:PassRole; remove it, or request another grant',
    ],
    [
      'an action, on any resource',
      { ...READ, Action: 'kms:Decrypt', Resource: ['arn:aws:kms:eu:1:key/a', '*'] },
      'the grant does not allow kms:Decrypt; remove it, or request another grant',
    ],
    [
      'everything but an action',
      { Effect: 'Allow', NotAction: 's3:GetObject', Resource: `${S3}/alice/*` },
      'the grant does not allow everything but s3:GetObject; remove it, or request another grant',
    ],
    [
      'a resource',
      { ...READ, Resource: [`${S3}/alice/a`, `${S3}/bob/*`, `${S3}/carol/*`] },
      `the grant does not allow s3:GetObject on ${S3}/bob/*; narrow the resource`,
    ],
    [
      'everything but a resource',
      { Effect: 'Allow', Action: 's3:GetObject', NotResource: [`${S3}/bob/*`, 'arn:aws:s3:::b'] },
      `the grant does not allow s3:GetObject on everything but ${S3}/bob/*,arn:aws:s3:::b; ` +
        'narrow the resource',
    ],
    [
      // What a Deny covers is not allowed either.
      'a resource that the grant denies, beside another',
      { ...READ, Resource: [`${S3}/secret/a`, `${S3}/bob/a`] },
      `the grant does not allow s3:GetObject on ${S3}/secret/a; narrow the resource`,
    ],
  ])('%s', (_, statement, what) => {
    const { callerMessage, message } = refusalOf([statement])
    expect(callerMessage).toBe(wider(what))
    expect(message).toBe(wider(what))
  })

  it('by its position, and its Sid where it has one', () => {
    const other = { ...READ, Resource: `${S3}/bob/*` }
    const what = `the grant does not allow s3:GetObject on ${S3}/bob/*; narrow the resource`
    expect(refusalOf([READ, other]).callerMessage).toBe(wider(what, 'Statement 2'))
    expect(refusalOf([READ, READ, { ...other, Sid: 'Bob' }]).callerMessage).toBe(
      wider(what, 'Statement 3 (Sid Bob)'),
    )
  })

  it('as it is written, up to 200 characters', () => {
    const resource = (length: number) => `${S3}/bob/`.padEnd(length, 'x')
    const shown = (text: string) => refusalOf([{ ...READ, Resource: text }]).callerMessage
    expect(shown(resource(200))).toContain(`on ${resource(200)}; narrow`)
    expect(shown(resource(201))).toContain(`on ${resource(200)}…; narrow`)
  })
})

describe('conditions', () => {
  const { Condition: _, ...withoutConditions } = LIST
  const under = (Condition: NonNullable<PolicyStatement['Condition']>) =>
    refusalOf([{ ...withoutConditions, Condition }])
  const add = (resource: string) =>
    wider(
      `it allows s3:ListBucket on ${resource} only under conditions that the statement does not ` +
        'have; add the conditions of the grant',
    )

  it('that the statement lacks are named to the operator, and no others', () => {
    const refused = refusalOf([withoutConditions])
    expect(refused.callerMessage).toBe(add(S3))
    expect(refused.message).toBe(
      `${add(S3)} Conditions of the grant: s3:prefix, s3:delimiter, aws:securetransport.`,
    )
    const { message } = under({
      Bool: { 'aws:SecureTransport': true },
      StringEquals: { 's3:delimiter': '/' },
    })
    expect(message).toBe(`${add(S3)} Conditions of the grant: s3:prefix.`)
  })

  it('that are wider than the grant’s are named to the caller', () => {
    const { callerMessage } = under({
      StringLike: { 's3:prefix': 'a*', 's3:delimiter': '*' },
    })
    expect(callerMessage).toBe(
      wider(
        `it allows s3:ListBucket on ${S3} only under a narrower condition on ` +
          's3:prefix, s3:delimiter; narrow the condition',
      ),
    )
  })
})

describe('the trace', () => {
  const check = 'the caller’s policy is inside the grant'

  it('shows the grant, and a request that it does not allow', () => {
    const { check: found } = refusalOf([{ ...READ, Resource: `${S3}/bob/a` }], [READ])
    expect(found).toEqual({
      ...{ stage: 'render', check, passed: false, expected: JSON.stringify([READ]) },
      found: `s3:getobject on ${S3}/bob/a`,
    })
  })

  it('shows the values of condition keys, each of them', () => {
    const granted = { ...READ, Condition: { StringNotEquals: { 'a:b': 'y', 'c:d': 'z' } } }
    const Condition = { StringEquals: { 'a:b': 'x', 'c:d': 'w' } }
    const { check: found } = refusalOf(
      [{ ...READ, Resource: `${S3}/alice/a`, Condition }],
      [granted],
    )
    expect(found?.found).toBe(`s3:getobject on ${S3}/alice/a; a:b = x, y; c:d = w`)
  })

  it('shows nothing more where the policy is inside the grant', () => {
    const trace = createTrace()
    narrowToCallerPolicy({ statements: GRANTED, sessionTags: {} }, [READ], trace)
    expect(showTrace(trace)).toStrictEqual([{ stage: 'render', check, passed: true }])
  })
})

describe('a policy that is too complex', () => {
  const path = `${S3}/alice/${'*a'.repeat(40)}`

  it('is refused as a whole, and says what to write', () => {
    const requested = { ...READ, Resource: `${S3}/alice/${'*b*a'.repeat(40)}?` }
    const message =
      'Statement 1 of the session policy is too complex to compare with the grant; ' +
      'use fewer wildcards and shorter lists.'
    const refused = refusalOf([requested], [{ ...READ, Resource: path }])
    expect(refused).toMatchObject({ message, callerMessage: message })
    expect(refused.check?.found).toBe('more than 20000 steps')
  })

  it('is explained without a reason where only the reason is too complex', () => {
    const many = Array.from({ length: 300 }, (_, index) => `${S3}/alice/a${index}*b*c*`)
    const requested = { ...READ, Resource: [...many, `${S3}/bob/a`] }
    const message = 'Statement 1 of the session policy allows more than the grant.'
    expect(refusalOf([requested])).toMatchObject({
      message,
      callerMessage: message,
      check: { found: `s3:getobject on ${S3}/bob/a` },
    })
  })
})

describe('a Deny of the caller', () => {
  const deny: PolicyStatement = { Effect: 'Deny', Action: 'kms:*', Resource: '*' }
  const narrow = (...requested: readonly PolicyStatement[]) =>
    narrowToCallerPolicy({ statements: GRANTED, sessionTags: {} }, requested, createTrace())

  it('is never too wide, and stays beside what is allowed', () => {
    expect(narrow(deny, READ)).toEqual([deny, READ, SECRET])
    expect(narrow(READ, deny)).toEqual([READ, deny, SECRET])
    expect(narrow(deny)).toEqual([])
  })

  it('keeps two keys apart that the grant spells as one', () => {
    const Condition = { StringLike: { 's3:prefix': 'alice/a', 'S3:Prefix': 'alice/b' } }
    expect(narrow({ ...READ, Condition })[0]?.Condition).toEqual(Condition)
  })
})
