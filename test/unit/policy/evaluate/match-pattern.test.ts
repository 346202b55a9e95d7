/** Patterns with IAM's wildcards: as texts, as resources, and as ARNs. */
import { describe, expect, it } from 'vitest'
import {
  matchesArn,
  matchesPattern,
  matchesResource,
  wildcardPattern,
} from '../../../../packages/core/src/policy/evaluate/match-pattern.ts'

describe('a pattern', () => {
  it.each([
    ['', '', true],
    ['', 'a', false],
    ['*', '', true],
    ['**', 'a:b', true],
    ['?', '', false],
    ['?', ':', true],
    ['?', '😀', true],
    ['a*b*c', 'a-b-b-c', true],
    ['a*b*c', 'a-c-b', false],
    ['*a', 'aab', false],
  ])('%s matches %s: %s', (pattern, text, expected) => {
    expect(matchesPattern(wildcardPattern(pattern), text)).toBe(expected)
  })
})

describe('a resource', () => {
  const R = 'arn:aws:sqs:eu:1:'
  it.each([
    [`${R}a`, `${R}a`, true],
    [`${R}a`, `${R}b`, false],
    // In the last part, wildcards match colons.
    [`${R}*`, `${R}a:b`, true],
    [`${R}a*b`, `${R}a:b`, true],
    [`${R}a?b`, `${R}a:b`, true],
    [`${R}?b`, `${R}:b`, true],
    // Before it, only a `*` that ends its part does.
    ['arn:aws:sqs:*:1:a', `${R}a`, true],
    ['arn:aws:sqs:*:1:a', 'arn:aws:sqs:x:y:1:a', true],
    ['arn:aws:sqs:e*u:1:a', `${R}a`, true],
    ['arn:aws:sqs:e*u:1:a', 'arn:aws:sqs:e:u:1:a', undefined],
    ['arn:aws:sqs:e?u:1:a', 'arn:aws:sqs:e-u:1:a', true],
    ['arn:aws:sqs:e?u:1:a', 'arn:aws:sqs:e:u:1:a', undefined],
    ['arn:aws:sqs:*u:1:a', 'arn:aws:sqs:e:u:1:a', undefined],
    ['arn:aws:sqs:eu:1*:a', 'arn:aws:sqs:eu:1:b:a', true],
    // The wildcard is at the beginning of its part, and no part of an ARN is the last.
    ['arn:aws:*s', 'arn:aws:a:s', true],
    ['arn:aws:e*1:a', 'arn:aws:e:1:a', true],
    ['*', `${R}a`, true],
    ['*', '*', true],
  ])('%s matches %s: %s', (pattern, resource, expected) => {
    expect(matchesResource(wildcardPattern(pattern), resource)).toBe(expected)
  })
})

describe('an ARN', () => {
  it.each([
    ['*', 'arn', true],
    ['*', 'a:b:c:d:e:f', true],
    ['?', 'a', false],
    ['**', 'a:b:c:d:e:f', false],
    ['a:b:c:d:e:f', 'a:b:c:d:e:f', true],
    ['a:b:c:d:e:f', 'a:b:c:d:e:g', false],
    ['a:b:c:d:e:f', 'x:b:c:d:e:f', false],
    ['a:b:c:d:e:*', 'a:b:c:d:e:', true],
    ['a:b:c:d:e:*', 'a:b:c:d:e', false],
    ['a:b:c:d:e:f:*', 'a:b:c:d:e:f:g:h', true],
    ['a:b:c:d:e:f:g', 'a:b:c:d:e:f-g', false],
    ['a:b:c:d:e:f?g', 'a:b:c:d:e:f:g', true],
    ['a:b:c:d:e*', 'a:b:c:d:e:f', false],
    ['a:b:c:d:e', 'a:b:c:d:e', false],
    ['a:b:c:d:*:f', 'a:b:c:d:e:e:f', false],
    ['a:?:c:d:e:f', 'a:::c:d:e:f', false],
  ])('%s matches %s: %s', (pattern, text, expected) => {
    expect(matchesArn(wildcardPattern(pattern), text)).toBe(expected)
  })
})
