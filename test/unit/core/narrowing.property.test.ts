/** No claim, however hostile, widens a session: properties of attributes, policies, names, tags and tenant resolution. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { resolveTenant } from '../../../packages/core/src/decide/resolve-tenant.ts'
import type {
  CompiledTenant,
  VerificationProfile,
} from '../../../packages/core/src/model/compiled-tenant.ts'
import { createTrace } from '../../../packages/core/src/model/trace.ts'
import { findFault, readAttribute } from '../../../packages/core/src/policy/template.ts'
import {
  nameSession,
  renderSessionTags,
} from '../../../packages/core/src/session/session-labels.ts'
import {
  createSessionPolicy,
  renderStatement,
} from '../../../packages/core/src/session/session-policy.ts'
import type { VerifiedIdentity } from '../../../packages/core/src/verify/verify-identity.ts'
import { iamMatches } from '../../fixtures/iam-match.ts'
import { PROPERTY_RUNS } from '../../fixtures/property-runs.ts'

const DEFAULT = { pattern: '[A-Za-z0-9._@+=|-]{1,128}', maxLength: 128, separators: '' }
/** As careless as a document may be: everything printable, slash and colon named. */
const CARELESS = { pattern: '[ -~/:]{1,128}', maxLength: 128, separators: '/:' }
const trace = createTrace
const CALLER = {
  requestId: 'r',
  endpoint: '',
  clientIp: '',
  userAgent: undefined,
  signal: new AbortController().signal,
}
const scope = (claims: Record<string, unknown>) => ({
  claims,
  issuer: 'https://i',
  request: { ip: '', endpoint: '' },
})

/** Values near the edge: ordinary ones spiced with what IAM, paths and people read specially. */
const hostile = fc.oneof(
  fc.string({ maxLength: 140 }),
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc
    .array(
      fc.constantFrom(
        '*',
        '?',
        '$',
        '{',
        '}',
        '${aws:username}',
        '/',
        '..',
        '.',
        ':',
        'a',
        'bob',
        '\u202e',
        '\n',
        '"',
        '\\',
        '{{team}}',
        '$&',
        '$1',
      ),
      { maxLength: 8 },
    )
    .map((parts) => parts.join('')),
)

function read(value: unknown, attribute = CARELESS) {
  try {
    return readAttribute(
      'user',
      { from: 'claims.user', ...attribute },
      scope({ user: value }),
      trace(),
    )
  } catch {
    return undefined
  }
}

describe('attribute patterns', () => {
  it('take a value whole, of the default characters, or not at all', () => {
    fc.assert(
      fc.property(hostile, (value) => {
        const taken = read(value, DEFAULT)
        const allowed =
          /^[A-Za-z0-9._@+=|-]{1,128}$/.test(value) &&
          value !== '.' &&
          value !== '..' &&
          !value.includes('\n')
        expect(taken).toBe(allowed ? value : undefined)
      }),
      PROPERTY_RUNS,
    )
  })

  it('never let a wildcard, variable mark, control character or path step through, whatever the pattern', () => {
    fc.assert(
      fc.property(
        hostile,
        fc.constantFrom('.*', '[^x]*', '.|a', '[\\s\\S]{0,200}'),
        (value, pattern) => {
          if (findFault(value, { pattern, maxLength: 256, separators: '/:' }) !== undefined) return
          // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
          expect(value).not.toMatch(/[*?${}\u0000-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e]/)
          expect(value.split('/')).not.toContain('..')
          expect(value).not.toBe('')
        },
      ),
      PROPERTY_RUNS,
    )
  })

  it('are anchored as a whole, alternatives included', () => {
    expect(findFault('aEVIL', { pattern: 'a|b', maxLength: 9, separators: '' })).toBeDefined()
  })
})

describe('session policies', () => {
  const PREFIX = 'arn:aws:s3:::data/team/'
  it('allow nothing outside the template’s own literal prefix, and no other user’s objects', () => {
    fc.assert(
      fc.property(hostile, hostile, (mine, theirs) => {
        const user = read(mine)
        if (user === undefined || mine === theirs) return
        const statements = [
          { Effect: 'Allow' as const, Action: 's3:GetObject', Resource: `${PREFIX}{{user}}/*` },
        ]
        const values = new Map([['user', user]])
        const policy = createSessionPolicy(statements.map((one) => renderStatement(one, values)))
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

  it('deny everything where there is no statement', () => {
    expect(createSessionPolicy([]).Statement).toEqual([
      { Effect: 'Deny', Action: '*', Resource: '*' },
    ])
  })
})

describe('session names', () => {
  const owner = fc.record({
    tenant: fc.constantFrom('acme', 'beta'),
    issuer: fc.constantFrom('https://a', 'https://ab'),
    // With the issuers above, some owners differ only in where one part ends and the next begins.
    subject: fc.oneof(fc.string(), fc.constantFrom('c', 'bc', 'b', '')),
  })
  const text = fc.oneof(hostile, fc.stringMatching(/^[a-z@.=-]{40,70}$/))
  it('are what AWS takes, and never shared by two owners', () => {
    fc.assert(
      fc.property(text, owner, owner, (text, one, other) => {
        const name = nameSession(text, one)
        expect(name).toMatch(/^[\w+=,.@-]{2,64}$/)
        expect(nameSession(text, one)).toBe(name)
        const same = JSON.stringify(one) === JSON.stringify(other)
        expect(nameSession(text, other) === name).toBe(same)
      }),
      PROPERTY_RUNS,
    )
  })
})

describe('session tags', () => {
  it('hold the value whole or are refused', () => {
    fc.assert(
      fc.property(hostile, (value) => {
        const user = read(value)
        if (user === undefined) return
        const takes = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]{0,256}$/u.test(value)
        const render = () => renderSessionTags({ user: '{{user}}' }, new Map([['user', user]]))
        if (takes) expect(render()).toEqual({ user: value })
        else expect(render).toThrow('session tag')
      }),
      PROPERTY_RUNS,
    )
  })
})

describe('tenant resolution', () => {
  const ISSUERS = ['https://a', 'https://b']
  const TENANTS = ['acme', 'beta', 'gamma']
  const profile = (issuer: string): VerificationProfile => ({
    issuer,
    keys: { from: 'discovery' },
    algorithms: ['RS256'],
    types: ['jwt'],
    maxTokenAgeSeconds: 1,
    clockToleranceSeconds: 1,
  })
  const trustOf = fc.record({
    issuer: fc.constantFrom(...ISSUERS),
    audience: fc.constantFrom('x', 'y'),
    org: fc.constantFrom('p', 'q', undefined),
  })
  /** One issuer a tenant, or two. */
  const trustsOf = fc.uniqueArray(trustOf, {
    minLength: 1,
    maxLength: 2,
    selector: ({ issuer }) => issuer,
  })
  const world = fc.tuple(trustsOf, trustsOf, trustsOf)
  const caller = fc.record({
    issuer: fc.constantFrom(...ISSUERS),
    audience: fc.constantFrom('x', 'y', 'z'),
    org: fc.constantFrom('p', 'q'),
  })

  it('gives a tenant only to a token that it trusts, and only where none else does or it was named', async () => {
    await fc.assert(
      fc.asyncProperty(
        world,
        caller,
        fc.option(fc.constantFrom(...TENANTS, '__proto__'), { nil: undefined }),
        async (trusts, token, hint) => {
          const tenants = trusts.map(
            (ofTenant, index): CompiledTenant => ({
              tenant: TENANTS[index] ?? '',
              issuers: ofTenant.map(({ issuer, audience, org }) => ({
                profile: profile(issuer),
                audiences: [audience],
                authorizedParties: [],
                prefetch: false,
                ...(org ? { member: `claims.org == "${org}"` } : {}),
              })),
              attributes: {},
              rules: [],
              grants: {},
              allowedOrigins: [],
            }),
          )
          const fits = trusts.map((ofTenant) =>
            ofTenant.some(
              (t) =>
                t.issuer === token.issuer &&
                t.audience === token.audience &&
                (!t.org || t.org === token.org),
            ),
          )
          const fitting = TENANTS.filter((_, index) => fits[index])
          const expected =
            hint === undefined
              ? fitting.length === 1
                ? fitting[0]
                : undefined
              : fitting.find((name) => name === hint)
          const identity = {
            issuer: token.issuer,
            subject: 's',
            claims: { org: token.org },
            scope: scope({ org: token.org }),
            audiences: [token.audience],
            failedTrusts: [],
            trusts: [
              {
                profile: profile(token.issuer),
                tenants: Object.fromEntries(
                  tenants.flatMap(({ tenant, issuers }) =>
                    issuers
                      .filter((trust) => trust.profile.issuer === token.issuer)
                      .map((trust) => [tenant, trust.audiences]),
                  ),
                ),
              },
            ],
          } as unknown as VerifiedIdentity
          const ports = {
            tenants: {
              findTrusts: async () => [],
              load: async (name: string) => tenants.find((t) => t.tenant === name),
            },
            verifier: { verify: () => Promise.reject(new Error('nothing is verified twice')) },
            now: () => 0,
          }
          const found = await resolveTenant(identity, hint, {
            ...CALLER,
            ports,
            trace: trace(),
          }).then(
            (t) => t.tenant,
            () => undefined,
          )
          expect(found).toBe(expected)
        },
      ),
      PROPERTY_RUNS,
    )
  })
})
