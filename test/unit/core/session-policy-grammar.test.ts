/** The grammar of callers' session policies: what STS refuses is refused first, with its place. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { POLICY_TEXT } from '../../../packages/core/src/model/sts-limits.ts'
import { CallerPolicyRefusal } from '../../../packages/core/src/session/caller-policy-refusal.ts'
import { parseCallerPolicy } from '../../../packages/core/src/session/parse-caller-policy.ts'
import { createSessionPolicy } from '../../../packages/core/src/session/session-policy.ts'
import { checkSessionPolicy } from '../../../packages/local/src/local-sts/session-policy-grammar.ts'
import { ACCEPTED_POLICIES } from '../../fixtures/accepted-session-policies.ts'
import { PROPERTY_RUNS } from '../../fixtures/property-runs.ts'
import { REFUSED_BY_CORE_ONLY, REFUSED_POLICIES } from '../../fixtures/refused-session-policies.ts'

describe('a caller’s session policy', () => {
  it.each(ACCEPTED_POLICIES)('is accepted with %s, also by the local STS', (_, text) => {
    const sent = JSON.stringify(createSessionPolicy(parseCallerPolicy(text)))
    expect(() => checkSessionPolicy(sent)).not.toThrow()
    expect(() => checkSessionPolicy(text)).not.toThrow()
    expect(sent).toMatch(POLICY_TEXT)
  })

  it.each(REFUSED_POLICIES)('is refused with %s, also by the local STS', (_, text, at, says) => {
    expect(() => parseCallerPolicy(text)).toThrow(refusal(at, says))
    expect(() => checkSessionPolicy(text)).toThrow(
      expect.objectContaining({ code: 'MalformedPolicyDocument' }),
    )
  })

  it.each(REFUSED_BY_CORE_ONLY)('is refused with %s, by core only', (_, text, at, says) => {
    expect(() => parseCallerPolicy(text)).toThrow(refusal(at, says))
    expect(() => checkSessionPolicy(text)).not.toThrow()
  })

  it.each([
    ['text that is not JSON', '{', 'is not JSON'],
    ['a list', '[]', 'is not a JSON object'],
    ['a duplicate name', '{"Id":"a","Id":"b"}', 'has a duplicate member name'],
    ['a number without an exact value', '{"Id":1e400}', 'has a number that cannot be'],
    ['a lone surrogate', '{"Id":"\\ud800"}', 'has text that is not well-formed Unicode'],
    ['2,049 characters', ' '.repeat(2049), 'is longer than 2048 characters'],
  ])('is refused with %s', (_, text, says) => {
    const callerMessage = expect.stringContaining(`The session policy ${says}`)
    expect(() => parseCallerPolicy(text)).toThrow(
      expect.objectContaining({ code: 'invalid_request', callerMessage }),
    )
  })

  it('keeps each statement as written, without Id and empty Sids', () => {
    const statement = {
      Effect: 'Allow',
      Action: ['s3:GetObject'],
      Resource: '*',
      Condition: { Bool: { 'aws:SecureTransport': true }, NumericEquals: { 's3:max-keys': [5] } },
    }
    const policy = { Version: '2012-10-17', Id: 'x', Statement: { Sid: '', ...statement } }
    expect(parseCallerPolicy(JSON.stringify(policy))).toEqual([statement])
  })

  it('prints names in a location shortened and without control characters', () => {
    const operator = `\u0000\u001b[31m${'x'.repeat(500)}`
    const text = JSON.stringify({
      Statement: {
        ...{ Effect: 'Deny', Action: '*', Resource: '*' },
        Condition: { [operator]: {} },
      },
    })
    const message = messageOf(() => parseCallerPolicy(text))
    expect(message).not.toMatch(/\p{C}/u)
    expect(message.length).toBeLessThan(600)
  })

  it('has the same verdict here and at the local STS, whatever is changed in its texts', () => {
    const verdicts = { accepted: 0, refused: 0 }
    fc.assert(
      fc.property(changedPolicy, (text) => {
        let sent: string
        try {
          sent = JSON.stringify(createSessionPolicy(parseCallerPolicy(text)))
        } catch (error) {
          expect(error).toBeInstanceOf(CallerPolicyRefusal)
          expect(() => checkSessionPolicy(text)).toThrow()
          verdicts.refused++
          return
        }
        checkSessionPolicy(sent)
        checkSessionPolicy(text)
        verdicts.accepted++
      }),
      PROPERTY_RUNS,
    )
    expect(Math.min(verdicts.accepted, verdicts.refused)).toBeGreaterThan(
      PROPERTY_RUNS.numRuns / 10,
    )
  })
})

/** A policy of the corpus in which some characters of one text are replaced by others. */
const changedPolicy = fc
  .record({
    // Most changes of an accepted policy lead to one that is refused.
    text: fc.oneof({ arbitrary: textOf(ACCEPTED_POLICIES), weight: 4 }, textOf(REFUSED_POLICIES)),
    which: fc.nat(20),
    at: fc.nat(60),
    removed: fc.nat(2),
    added: fc.array(
      fc.constantFrom(
        ...['', '*', '?', ':', '${', '}', '$', ' ', '/', "'", ',', '{', '-', '.', '_', '+', '='],
        ...[
          '0',
          '9',
          'a',
          'Z',
          'T',
          '\n',
          '\u00e9',
          'aws:',
          'arn:',
          'IfExists',
          'Not',
          '::',
          's3:',
        ],
      ),
      { maxLength: 3 },
    ),
  })
  .map(({ text, which, at, removed, added }) => {
    const strings = [...text.matchAll(/"[^"]*"/g)].filter(([found]) => found !== '"2012-10-17"')
    const match = strings[which % strings.length]
    if (match === undefined) return text
    const index = match.index + 1 + (at % (match[0].length - 1))
    const end = Math.min(index + removed, match.index + match[0].length - 1)
    return text.slice(0, index) + JSON.stringify(added.join('')).slice(1, -1) + text.slice(end)
  })

function textOf(policies: readonly (readonly [string, string, ...unknown[]])[]) {
  const texts = policies.map(([, text]) => text)
  return fc.constantFrom(...texts.filter((text) => text.includes('"2012-10-17"')))
}

function refusal(location: string, says: string) {
  return expect.objectContaining({
    code: 'invalid_request',
    callerMessage: expect.stringMatching(
      new RegExp(`^The session policy is not valid at ${escaped(location)}: .*${escaped(says)}`),
    ),
  })
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}

function messageOf(run: () => unknown): string {
  try {
    run()
  } catch (error) {
    if (error instanceof CallerPolicyRefusal) return error.callerMessage ?? ''
  }
  throw new Error('Nothing was refused.')
}
