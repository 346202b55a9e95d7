/** Values of attributes: which are refused, for which reason, and how they fill a template. */
import { describe, expect, it } from 'vitest'
import { createTrace, showTrace } from '../../../packages/core/src/model/trace.ts'
import {
  fillTemplate,
  findProblem,
  hasSlots,
  readAttribute,
  slotsAsWildcards,
  slotsOf,
} from '../../../packages/core/src/policy/template.ts'

const ANY = { pattern: '[^x]*', maxLength: 10, separators: '/:' }

describe('a value', () => {
  it.each(['a', 'a'.repeat(10), 'a/b', 'a:b', '...', 'a.', '.a', 'a..b', 'a/..b', 'é', ' '])(
    'may be "%s"',
    (value) => {
      expect(findProblem(value, ANY)).toBeUndefined()
    },
  )

  it.each([
    ['', 'it is empty'],
    ['a'.repeat(11), 'it has 11 characters; at most 10 are allowed'],
    ...[...'*?${}\n\u0000\u200b\u202e\u2028\u2029\u00ad'].map((mark) => [
      `a${mark}`,
      'it contains a wildcard (* ?), a variable character ($ { }) or an invisible character',
    ]),
    ...['.', '..', 'a/', '/a', 'a//b', 'a/./b', 'a/..', '../a', 'a/../b'].map((path) => [
      path,
      'it contains an empty, "." or ".." path segment',
    ]),
    ['axb', 'it does not match its pattern'],
  ])('must not be %j', (value, problem) => {
    expect(findProblem(value, ANY)).toBe(problem)
  })

  it.each([
    ['a/b', ':', 'it contains "/", which its pattern does not name'],
    ['a:b', '/', 'it contains ":", which its pattern does not name'],
    ['a/b', '', 'it contains "/", which its pattern does not name'],
    ['a/b', '/', undefined],
    ['a:b', ':', undefined],
  ])('%s, with the separators "%s" of its pattern: %s', (value, separators, problem) => {
    expect(findProblem(value, { ...ANY, separators })).toBe(problem)
  })

  it('must match its pattern as a whole, by characters and not by halves of them', () => {
    const matches = (pattern: string, value: string) =>
      findProblem(value, { ...ANY, pattern }) === undefined
    expect(matches('a|b', 'a')).toBe(true)
    expect(matches('a|b', 'ab')).toBe(false)
    expect(matches('a|b', 'cb')).toBe(false)
    expect(matches('.', '\u{1f980}')).toBe(true)
  })
})

describe('an attribute', () => {
  const read = (from: string, claims: Record<string, unknown>, trace = createTrace()) =>
    readAttribute(
      'user',
      { from, pattern: '[a-z]+', maxLength: 5, separators: '' },
      { claims, issuer: '', request: { ip: '', endpoint: 'native' } },
      trace,
    )

  it('is its claim, and the trace shows the check', () => {
    const trace = createTrace()
    expect(read('claims.sub', { sub: 'alice' }, trace)).toBe('alice')
    expect(showTrace(trace)).toEqual([
      {
        stage: 'render',
        check: 'attribute user is usable',
        passed: true,
        expected: 'claims.sub matching [a-z]+',
        found: 'alice',
      },
    ])
  })

  const LONG = 'a'.repeat(300)
  it.each([
    ['in upper case', 'ALICE', '"ALICE": it does not match its pattern (it would in lower case)'],
    [
      'with a space at its end',
      'bob ',
      '"bob ": it does not match its pattern (it would without the white space at an end)',
    ],
    ['with digits', 'a1', '"a1": it does not match its pattern'],
    ['that is long', LONG, `"${'a'.repeat(63)}…": it has 300 characters; at most 5 are allowed`],
    [
      'that reorders text',
      '\u202ea"\n',
      '"\\u202ea\\"\\n": it contains a wildcard (* ?), a variable character ($ { }) or an ' +
        'invisible character',
    ],
  ])('is refused with a value %s, shown to the operator alone', (_, sub, found) => {
    const trace = createTrace()
    expect(() => read('claims.sub', { sub }, trace)).toThrow(
      expect.objectContaining({
        code: 'claim_unusable',
        callerMessage:
          'The claim sub of the token cannot be used in a session: expected text that the tenant ' +
          'document admits there, found other text; let the issuer correct it, or give the ' +
          'request id to the operator.',
        message:
          `Attribute "user" cannot be used: expected claims.sub matching [a-z]+, found ${found}; ` +
          'correct the claim at the issuer, or the attribute in the tenant document.',
      }),
    )
    expect(showTrace(trace)).toMatchObject([{ stage: 'render', passed: false, found }])
  })

  it.each([
    ['[A-Z]{2}', 'ab', 'it does not match its pattern (it would in upper case)'],
    ['[A-Z]{128}', 'a'.repeat(128), 'it does not match its pattern (it would in upper case)'],
    // A pattern may be slow, so no other text is matched with it.
    ['[A-Z]{129}', 'a'.repeat(129), 'it does not match its pattern'],
    ['[a-z/]+', 'a//b', 'it contains an empty, "." or ".." path segment'],
  ])('with the pattern %s names what people overlook in %s', (pattern, value, problem) => {
    const attribute = { from: 'claims.a.b', pattern, maxLength: 200, separators: '/' }
    const scope = { claims: { a: { b: value } }, issuer: '', request: { ip: '', endpoint: '' } }
    expect(() => readAttribute('name', attribute, scope, createTrace())).toThrow(
      expect.objectContaining({
        message: expect.stringMatching(
          new RegExp(`: ${problem.replace(/[().]/g, '\\$&')}; correct the claim`),
        ),
        callerMessage: expect.stringMatching(/^The claim a\.b of the token/),
      }),
    )
  })

  it.each([
    ['is missing', 'claims.sub', {}, 'none: No such key: sub'],
    ['is a list', 'claims.sub', { sub: ['secret'] }, 'a list: the result is not a string'],
    ['is a number', 'claims.sub', { sub: 7 }, 'a number: the result is not a string'],
    ['is part of a text', 'claims.sub + "x"', {}, 'No such key: sub'],
  ])('is refused where its claim %s, without its value', (_, from, claims, found) => {
    const [what, shown] = from === 'claims.sub' ? ['The claim sub', found] : ['A claim', 'no text:']
    expect(() => read(from, claims)).toThrow(
      expect.objectContaining({
        code: 'claim_unusable',
        callerMessage:
          `${what} of the token cannot be used in a session: expected text that the tenant ` +
          `document admits there, found ${shown?.split(':')[0]}; let the issuer correct it, or ` +
          'give the request id to the operator.',
        message:
          `Attribute "user" cannot be used: expected ${from} matching [a-z]+, found ${found}; ` +
          'correct the claim at the issuer, or the attribute in the tenant document.',
      }),
    )
  })

  it('of one issuer is refused for the tokens of another', () => {
    const request = { ip: '', endpoint: 'native' }
    const readOf = (issuer: string) => (tokenIssuer: string) =>
      readAttribute(
        'user',
        { from: 'claims.sub', pattern: '[a-z]+', maxLength: 5, separators: '', issuer },
        { claims: { sub: 'alice' }, issuer: tokenIssuer, request },
        createTrace(),
      )
    const read = readOf('https://one.example')
    expect(read('https://one.example')).toBe('alice')
    expect(() => read('https://two.example')).toThrow(
      expect.objectContaining({
        code: 'claim_unusable',
        message:
          'Attribute "user" cannot be used: expected a token of "https://one.example", found a ' +
          'token of "https://two.example": it is only for tokens of another issuer; correct the ' +
          'claim at the issuer, or the attribute in the tenant document.',
      }),
    )
  })
})

describe('a template', () => {
  const values = new Map([
    ['user', readValue('alice')],
    ['a_1', readValue('b')],
  ])

  it('is filled in every slot, with the value as it is', () => {
    expect(fillTemplate('{{user}}/{{ a_1 }}/{{user}}', values)).toBe('alice/b/alice')
    expect(fillTemplate('${aws:username}/*', values)).toBe('${aws:username}/*')
  })

  it('is not filled without a value', () => {
    expect(() => fillTemplate('{{user}}/{{constructor}}', values)).toThrow(
      expect.objectContaining({
        code: 'config_invalid',
        message: 'A template uses the undeclared attribute "constructor"; build the tenants again.',
      }),
    )
  })

  it('has slots with names', () => {
    expect(slotsOf('{{user}}/{{ a_1 }}/{{user}}')).toEqual(['user', 'a_1', 'user'])
    expect(slotsOf('{{\tuser}}/{{user\n}}/{{\u00a0user}}')).toEqual([])
    expect(slotsAsWildcards('a/{{user}}-{{ a_1 }}')).toBe('a/*-*')
    expect([
      hasSlots('a/{{user}}'),
      hasSlots('{{user}}'),
      hasSlots('{user}'),
      hasSlots(''),
    ]).toEqual([true, true, false, false])
  })
})

function readValue(value: string) {
  return readAttribute(
    'value',
    { from: 'claims.value', pattern: '[a-z]+', maxLength: 5, separators: '' },
    { claims: { value }, issuer: '', request: { ip: '', endpoint: 'native' } },
    createTrace(),
  )
}
