/** Which texts of a caller's policy are accepted at all. */
import { expect, it } from 'vitest'
import { CallerPolicyRefusal } from '../../../packages/core/src/session/caller-policy-refusal.ts'
import { parseCallerPolicy } from '../../../packages/core/src/session/parse-caller-policy.ts'
import { compare, condition, resource, statement } from '../../fixtures/session-policy-text.ts'

it.each([
  resource('arn:aw*:s3:::a'),
  resource('arn:*-cn:s3:::a'),
  resource('arn:??s:s3:::a'),
  // An image has a region and no account.
  resource('arn:aws:ec2:eu-west-1::image/ami-1'),
  resource('arn:aws:sqs::::a'),
  compare('ArnLike', 'topic/${aws:userid}', 'a:b'),
  compare('ArnLike', '*', 'a:b'),
])('%s is accepted', (text) => {
  expect(parseCallerPolicy(text)).toHaveLength(1)
})

it('may have 2,048 characters, and not more', () => {
  const text = statement({})
  expect(parseCallerPolicy(text.padEnd(2048))).toHaveLength(1)
  expect(() => parseCallerPolicy(text.padEnd(2049))).toThrow(
    'The session policy is longer than 2048 characters.',
  )
})

it('is refused with a location that is printable', () => {
  expect(() => parseCallerPolicy(condition({ '\u0007': {} }))).toThrow(
    'is not valid at Statement[0].Condition["\\u0007"]: unknown condition operator ?',
  )
  expect(() => parseCallerPolicy(condition({ '\u200b:': {} }))).toThrow(
    'is not valid at Statement[0].Condition["?:"]: unknown condition operator ?:',
  )
})

it('is an error of the broker, whichever text is sent', () => {
  for (const text of ['', '{', '[]', 'null', '{"a":1,"a":2}'])
    expect(() => parseCallerPolicy(text)).toThrow(CallerPolicyRefusal)
})
