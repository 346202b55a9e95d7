/** The layers of a session: its role's policy, its session policy, and AWS's sentence for each. */
import { expect, it } from 'vitest'
import type { PolicyStatement } from '../../../packages/core/src/index.ts'
import { denialOf, SESSION_ARN } from './authorized-session.ts'

const OBJECT = 'arn:aws:s3:::files/alice/a.txt'
const own: PolicyStatement = {
  ...{ Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::files/alice/*' },
}
const all: PolicyStatement = { Effect: 'Allow', Action: 's3:*', Resource: '*' }
const none: PolicyStatement = { Effect: 'Deny', Action: 's3:GetObject', Resource: '*' }
const other: PolicyStatement = { ...own, Sid: 'OfBob', Resource: 'arn:aws:s3:::files/bob/*' }
const NO_SESSION_POLICY = 'because no session policy allows the s3:GetObject action'
const NO_ROLE_POLICY = 'because no identity-based policy allows the s3:GetObject action'

it.each([
  { role: [own], session: [own], refused: undefined },
  { role: [own], session: undefined, refused: undefined },
  { role: undefined, session: [own], refused: undefined },
  { role: [own], session: [], refused: NO_SESSION_POLICY },
  { role: undefined, session: [other], refused: NO_SESSION_POLICY },
  { role: [other], session: [own], refused: NO_ROLE_POLICY },
  { role: [], session: undefined, refused: NO_ROLE_POLICY },
  { role: [all], session: [own, none], refused: 'with an explicit deny in a session policy' },
  {
    ...{ role: [own, none], session: [own] },
    refused: 'with an explicit deny in an identity-based policy',
  },
  { role: [other], session: [none], refused: 'with an explicit deny in a session policy' },
])('decides by role policy and session policy: $refused', ({ role, session, refused }) => {
  const denial = denialOf(
    { resource: OBJECT },
    {
      ...(role ? { rolePolicy: role } : {}),
      ...(session ? { sessionPolicy: session } : {}),
    },
  )
  const sentence =
    `User: ${SESSION_ARN} is not authorized to perform: s3:GetObject ` + `on resource: "${OBJECT}" `
  expect(denial?.message).toBe(refused && sentence + refused)
})

it('names the resource without quotes where AWS does', () => {
  const request = { action: 'dynamodb:GetItem', resource: 'arn:aws:dynamodb:eu:1:table/t' }
  expect(denialOf(request, { sessionPolicy: [own] })?.message).toContain(
    'on resource: arn:aws:dynamodb:eu:1:table/t because',
  )
})

it('allows nothing by a managed session policy, whose text is not known', () => {
  const role = { managedPolicyArns: ['arn:aws:iam::aws:policy/AmazonS3FullAccess'] }
  expect(denialOf({ resource: OBJECT }, { rolePolicy: [all], role })).toMatchObject({
    layer: 'session policy',
    explanation:
      'session policy: denied: no statement allows it; managed session policies allow nothing ' +
      'here: arn:aws:iam::aws:policy/AmazonS3FullAccess',
  })
  const inline = { rolePolicy: [all], sessionPolicy: [own], role }
  expect(denialOf({ resource: OBJECT }, inline)).toBeUndefined()
})

it('explains which statement comes closest, what fails, and what would be allowed', () => {
  const options = { sessionPolicy: [other] }
  const resource = 'arn:aws:s3:::files/amy/a.txt'
  expect(denialOf({ resource }, options)?.explanation).toBe(
    'session policy: denied: no statement allows it; closest: statement OfBob; ' +
      `resource: expected arn:aws:s3:::files/bob/*, found ${resource}; ` +
      'allowed with resource arn:aws:s3:::files/bob/a.txt',
  )
})

it('explains a condition that fails, and one whose key the request does not have', () => {
  const Condition = { StringLike: { 's3:prefix': 'alice/*' } }
  const options = { sessionPolicy: [{ ...all, Condition }] }
  const explanation = (values: readonly string[]) =>
    denialOf({ action: 's3:ListBucket', context: new Map([['s3:prefix', values]]) }, options)
      ?.explanation
  const start = 'session policy: denied: no statement allows it; closest: statement 1; '
  const end = '; allowed with --context s3:prefix=alice/'
  expect(explanation(['bob/'])).toBe(
    `${start}StringLike s3:prefix: expected alice/*, found bob/${end}`,
  )
  expect(explanation([])).toBe(
    `${start}StringLike s3:prefix: expected alice/*, found nothing${end}`,
  )
})

it('explains a denial by both layers, and one by a Deny', () => {
  const both = { rolePolicy: [own], sessionPolicy: [other] }
  const request = { resource: 'arn:aws:s3:::files/eve/a.txt' }
  expect(denialOf(request, both)?.explanation).toMatch(
    /^role policy: denied: .*; the session policy does not allow it either; allowed with /,
  )
  const denied = { rolePolicy: [all, { ...none, Sid: 'Never' }] }
  expect(denialOf(request, denied)?.explanation).toMatch(/^role policy: denied by statement Never/)
})

it('explains in one line of printable ASCII of at most 1,000 characters', () => {
  const resource = `arn:aws:s3:::files/é\r\nx-injected: 1\u2028${'k'.repeat(1000)}`
  const statements = Array.from({ length: 9 }, (_, n) => ({ ...other, Sid: `${n}`.repeat(99) }))
  const { explanation = '' } = denialOf({ resource }, { sessionPolicy: statements }) ?? {}
  expect(explanation).toMatch(/^[\x20-\x7e]{100,1000}$/)
  expect(explanation).toContain('files/\\u00e9\\u000d\\u000ax-injected')
})
