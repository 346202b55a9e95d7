/** No claim value, however hostile, widens a session: attributes, policies, names and tags. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createTrace } from '../../../packages/core/src/model/trace.ts'
import { findProblem, readAttribute } from '../../../packages/core/src/policy/template.ts'
import * as labels from '../../../packages/core/src/session/session-labels.ts'
import * as policies from '../../../packages/core/src/session/session-policy.ts'
import { iamMatches } from '../../fixtures/iam-match.ts'
import { PROPERTY_RUNS } from '../../fixtures/property-runs.ts'
import { hostileValue } from './hostile-values.ts'

describe('attribute patterns', () => {
  const DEFAULT = { pattern: '[A-Za-z0-9._@+=|-]{1,128}', maxLength: 128, separators: '' }

  it('accept a whole value of the default characters, or nothing', () => {
    fc.assert(
      fc.property(hostileValue, (value) => {
        const accepted = read(value, DEFAULT)
        const allowed =
          /^[A-Za-z0-9._@+=|-]{1,128}$/.test(value) &&
          value !== '.' &&
          value !== '..' &&
          !value.includes('\n')
        expect(accepted).toBe(allowed ? value : undefined)
      }),
      PROPERTY_RUNS,
    )
  })

  it('never accept a wildcard, variable, control character or path step', () => {
    fc.assert(
      fc.property(
        hostileValue,
        fc.constantFrom('.*', '[^x]*', '.|a', '[\\s\\S]{0,200}'),
        (value, pattern) => {
          const limits = { pattern, maxLength: 256, separators: '/:' }
          if (findProblem(value, limits) !== undefined) return
          // biome-ignore lint/suspicious/noControlCharactersInRegex: the test is about them
          expect(value).not.toMatch(/[*?${}\u0000-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e]/)
          expect(value.split('/')).not.toContain('..')
          expect(value).not.toBe('')
        },
      ),
      PROPERTY_RUNS,
    )
  })

  it('must match the whole value, with alternatives too', () => {
    expect(findProblem('aEVIL', { pattern: 'a|b', maxLength: 9, separators: '' })).toBeDefined()
  })
})

describe('session policies', () => {
  const PREFIX = 'arn:aws:s3:::data/team/'
  it('allow nothing outside the template’s prefix, and no other user’s objects', () => {
    fc.assert(
      fc.property(hostileValue, hostileValue, (mine, theirs) => {
        const user = read(mine)
        if (user === undefined || mine === theirs) return
        const statements = [
          { Effect: 'Allow' as const, Action: 's3:GetObject', Resource: `${PREFIX}{{user}}/*` },
        ]
        const values = new Map([['user', user]])
        const policy = policies.createSessionPolicy(
          statements.map((one) => policies.renderStatement(one, values)),
        )
        const parsed = JSON.parse(JSON.stringify(policy))
        expect(parsed.Statement).toHaveLength(1)
        const resource: string = parsed.Statement[0].Resource
        expect(iamMatches(resource, `${PREFIX}${mine}/report`)).toBe(true)
        for (const foreign of [
          'arn:aws:s3:::data/other/x',
          'arn:aws:s3:::secret/x',
          'arn:aws:s3:::data/team',
          `${PREFIX}report`,
        ]) {
          expect(iamMatches(resource, foreign)).toBe(false)
        }
        if (!`${theirs}/`.startsWith(`${mine}/`))
          expect(iamMatches(resource, `${PREFIX}${theirs}/report`)).toBe(false)
      }),
      PROPERTY_RUNS,
    )
  })

  it('deny everything if there is no statement', () => {
    expect(policies.createSessionPolicy([]).Statement).toEqual([
      { Effect: 'Deny', Action: '*', Resource: '*' },
    ])
  })
})

describe('session names', () => {
  const KEYED = { sessionNameKey: 'a secret of the deployment' }
  const owner = fc.record({
    tenant: fc.constantFrom('acme', 'beta'),
    issuer: fc.constantFrom('https://a', 'https://ab'),
    // With these issuers, some owners differ only in where the issuer ends.
    subject: fc.oneof(fc.string(), fc.constantFrom('c', 'bc', 'b', '')),
  })
  const text = fc.oneof(hostileValue, fc.stringMatching(/^[a-z@.=-]{40,70}$/))
  it('are valid in AWS, and never shared by two owners', () => {
    fc.assert(
      fc.property(text, owner, owner, (text, one, other) => {
        const name = labels.nameSession(text, one, KEYED)
        expect(name).toMatch(/^[\w+=,.@-]{2,64}$/)
        expect(labels.nameSession(text, one, KEYED)).toBe(name)
        const same = JSON.stringify(one) === JSON.stringify(other)
        expect(labels.nameSession(text, other, KEYED) === name).toBe(same)
      }),
      PROPERTY_RUNS,
    )
  })

  it('cannot be computed without the key of the deployment', () => {
    fc.assert(
      fc.property(text, owner, (text, one) => {
        const [name, other] = [KEYED, { sessionNameKey: 'another secret' }].map((key) =>
          labels.nameSession(text, one, key),
        )
        expect(name).not.toBe(other)
        // All but the digest is the same.
        expect(name?.length).toBe(other?.length)
      }),
      PROPERTY_RUNS,
    )
  })
})

describe('session tags', () => {
  it('contain the whole value or are refused', () => {
    fc.assert(
      fc.property(hostileValue, (value) => {
        const user = read(value)
        if (user === undefined) return
        const allowed = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]{0,256}$/u.test(value)
        const render = () =>
          labels.renderSessionTags({ user: '{{user}}' }, new Map([['user', user]]))
        if (allowed) expect(render()).toEqual({ user: value })
        else expect(render).toThrow('session tag')
      }),
      PROPERTY_RUNS,
    )
  })
})

/** As permissive as a document may be: everything printable, including slash and colon. */
const PERMISSIVE = { pattern: '[ -~/:]{1,128}', maxLength: 128, separators: '/:' }

/** @returns the attribute's value, or undefined if it is refused */
function read(value: unknown, attribute = PERMISSIVE) {
  const scope = { claims: { user: value }, issuer: 'https://i', request: { ip: '', endpoint: '' } }
  try {
    return readAttribute('user', { from: 'claims.user', ...attribute }, scope, createTrace())
  } catch {
    return undefined
  }
}
