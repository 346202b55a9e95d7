/** How a grant is narrowed to the caller's own policy, and what a refusal says. */
import { expect, it } from 'vitest'
import type { PolicyStatement } from '../../../packages/core/src/model/compiled-tenant.ts'
import { createTrace, showTrace } from '../../../packages/core/src/model/trace.ts'
import { narrowToCallerPolicy } from '../../../packages/core/src/session/caller-policy.ts'
import { CallerPolicyRefusal } from '../../../packages/core/src/session/caller-policy-refusal.ts'

const S3 = 'arn:aws:s3:::acme'
const GRANTED: readonly PolicyStatement[] = [
  { Sid: 'Read', Effect: 'Allow', Action: 's3:GetObject', Resource: `${S3}/alice/*` },
  {
    Sid: 'List',
    Effect: 'Allow',
    Action: 's3:ListBucket',
    Resource: S3,
    Condition: {
      StringLike: { 's3:prefix': 'alice/*' },
      Bool: { 'aws:SecureTransport': 'true' },
    },
  },
  { Sid: 'Tag', Effect: 'Allow', Action: 's3:*', Resource: `${S3}-\${aws:PrincipalTag/Team}/*` },
  { Sid: 'Keep', Effect: 'Deny', Action: 's3:*', Resource: `${S3}/alice/keep/*` },
]
const LIST: PolicyStatement = { Effect: 'Allow', Action: 's3:ListBucket', Resource: S3 }
const READ: PolicyStatement = {
  Effect: 'Allow',
  Action: 's3:GetObject',
  Resource: `${S3}/alice/a/*`,
}

function narrow(...requested: readonly PolicyStatement[]) {
  const trace = createTrace()
  const granted = { statements: GRANTED, sessionTags: { team: 'red' } }
  try {
    return { statements: narrowToCallerPolicy(granted, requested, trace), checks: showTrace(trace) }
  } catch (error) {
    if (!(error instanceof CallerPolicyRefusal)) throw error
    const { code, message, callerMessage } = error
    return { code, message, callerMessage, checks: showTrace(trace) }
  }
}

it('keeps every Deny of the grant, and returns nothing where nothing is allowed', () => {
  expect(narrow(READ).statements).toEqual([READ, GRANTED[3]])
  expect(narrow({ ...READ, Effect: 'Deny' }).statements).toEqual([])
})

it('knows the session’s own tags', () => {
  expect(narrow({ ...READ, Resource: `${S3}-red/x` })).toHaveProperty('statements')
  expect(narrow({ ...READ, Resource: `${S3}-\${aws:PrincipalTag/team}/x` })).toHaveProperty(
    'statements',
  )
  expect(narrow({ ...READ, Resource: `${S3}-blue/x` })).toMatchObject({ code: 'access_denied' })
})

// Ceph would take a key in another case for absent.
it('sends condition keys as the grant spells them', () => {
  const Condition = {
    StringLike: { 'S3:Prefix': 'alice/a*' },
    Bool: { 'AWS:SecureTransport': true },
    StringNotEquals: { 'Own:Key': 'x', 'S3:Prefix': 'alice/b', 'AWS:SecureTransport': 'no' },
  }
  expect(narrow({ ...LIST, Condition }).statements?.[0]?.Condition).toEqual({
    StringLike: { 's3:prefix': 'alice/a*' },
    Bool: { 'aws:SecureTransport': true },
    StringNotEquals: { 'Own:Key': 'x', 's3:prefix': 'alice/b', 'aws:SecureTransport': 'no' },
  })
})

it('counts the Deny statements of the caller and of the grant', () => {
  const all = { ...READ, Action: 's3:*' }
  expect(narrow(all)).toMatchObject({ code: 'access_denied' })
  expect(narrow(all, { Effect: 'Deny', NotAction: 's3:GetObject', Resource: '*' })).toHaveProperty(
    'statements',
  )
  expect(narrow({ ...all, Resource: `${S3}/alice/keep/x` })).toHaveProperty('statements')
})

it('compares every Allow, and names the first that is wider', () => {
  const wider = { Sid: 'Wide', ...READ, Resource: `${S3}/*` }
  const refused = narrow(READ, wider)
  expect(refused.callerMessage).toBe(
    'Statement 2 (Sid Wide) of the session policy allows more than the grant: ' +
      `the grant does not allow s3:GetObject on ${S3}/*; narrow the resource.`,
  )
  expect(refused.checks).toMatchObject([
    {
      stage: 'render',
      check: 'the caller’s policy is inside the grant',
      passed: false,
      found: `s3:getobject on ${S3}/`,
    },
  ])
  expect(narrow(READ).checks).toMatchObject([{ passed: true }])
})

it('names a key only to a caller who wrote it, and all of them to the operator', () => {
  const without = narrow(LIST)
  expect(without.callerMessage).toContain('only under conditions that the statement does not have')
  expect(without.callerMessage).not.toContain('prefix')
  expect(without.message).toContain('Conditions of the grant: s3:prefix, aws:securetransport.')
  const wider = narrow({ ...LIST, Condition: { StringLike: { 'S3:Prefix': 'a*' } } })
  expect(wider.callerMessage).toContain('a narrower condition on s3:prefix; narrow the condition')
  expect(wider.callerMessage).not.toContain('securetransport')
})

it('refuses what it cannot decide within its limit of steps', () => {
  const many = { ...READ, Resource: `${S3}/alice/${'*a'.repeat(40)}` }
  const granted = GRANTED.slice(0, 1).map((one) => ({ ...one, Resource: many.Resource }))
  const wider = { ...many, Resource: `${S3}/alice/${'*b*a'.repeat(40)}?` }
  const trace = createTrace()
  expect(() =>
    narrowToCallerPolicy({ statements: granted, sessionTags: {} }, [wider], trace),
  ).toThrow(/too complex to compare with the grant/)
  expect(showTrace(trace)).toMatchObject([{ passed: false, found: 'more than 20000 steps' }])
})

it('quotes the caller’s own words shortly and printably', () => {
  const action = `s3:${'x'.repeat(300)}`
  const { callerMessage = '' } = narrow({ ...READ, Action: action })
  expect(callerMessage.length).toBeLessThan(420)
  expect(callerMessage).toContain('…')
  const control = narrow({ ...READ, Resource: `${S3}/\u0007` }).callerMessage
  expect(control).toContain(`${S3}/?`)
})
