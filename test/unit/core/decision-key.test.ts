/** The key of a decision: no two decisions that differ in any part have the same. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { PROPERTY_RUNS } from '../../fixtures/property-runs.ts'
import { DIFFERENCES, type Difference, textOfDecision } from './decided-session.ts'

const SAME = textOfDecision()

describe('another key', () => {
  it.each(DIFFERENCES)('is for a decision that differs in %s', (_, difference) => {
    expect(textOfDecision(difference)).not.toBe(SAME)
  })

  it('is for each of them', () => {
    const texts = DIFFERENCES.map(([, difference]) => textOfDecision(difference))
    expect(new Set([SAME, ...texts]).size).toBe(DIFFERENCES.length + 1)
  })
})

describe('the same key', () => {
  it.each<[string, Difference]>([
    ['its own token of the same subject', { identity: { token: { compact: 'other' } } }],
    [
      'the times and the id of a token',
      { identity: { claims: { cnf: { jkt: 'key' }, jti: 'b' } } },
    ],
    ['a claim that decides nothing', { identity: { claims: { cnf: { jkt: 'key' }, nonce: 'b' } } }],
    ['the limit of a duration that is the same', { identity: { maxSessionSeconds: 4000 } }],
    ['the request that created the guest', { poolIdentity: { isNew: true } }],
  ])('is for a decision with %s', (_, difference) => {
    expect(textOfDecision(difference)).toBe(SAME)
  })

  it('is for a passed-through token with other times and another id', () => {
    const passed = (claims: object) =>
      textOfDecision({
        plan: { webIdentity: 'pass-through' },
        identity: { claims: { sub: 'alice', ...claims } },
      })
    const first = passed({ iat: 1, nbf: 1, exp: 2, jti: 'a' })
    expect(passed({ iat: 5, nbf: 5, exp: 6, jti: 'b' })).toBe(first)
    expect(passed({ iat: 1, nbf: 1, exp: 2, jti: 'a', n: 10n ** 30n })).toContain(`${10n ** 30n}`)
  })
})

/** Text in which a careless encoding would end one part and begin another. */
const text = fc.oneof(
  fc.constantFrom('', 'a', 'b', '"', '",', '","', '[', '],[', 'null', '\\', '\\"', ' ', ','),
  fc.string({ unit: 'binary', maxLength: 6 }),
)
/** Two records with equal members are written in one way. */
const record = <Members extends Record<string, fc.Arbitrary<unknown>>>(members: Members) =>
  fc.record(members, { noNullPrototype: true })
const texts = fc.array(text, { maxLength: 3 })
const some = fc.option(text, { nil: undefined })
const parties = { issuer: text, subject: text }
const bound = fc.oneof(fc.constant({}), record({ cnf: record({ jkt: text }) }))
const decision = record({
  tenant: record({
    tenant: text,
    certificate: record({ documentSha256: text, proofVersion: fc.nat(3) }),
  }),
  grant: record({ name: text, rule: text, reuseSeconds: fc.nat(3) }),
  identity: record({
    ...parties,
    audiences: texts,
    authorizedParty: some,
    claims: bound,
    actor: fc.option(record({ ...parties, claims: bound }), { nil: undefined }),
  }),
  plan: record({
    roleArn: text,
    roleSessionName: text,
    sessionPolicyJson: text,
    managedPolicyArns: texts,
    sessionTags: fc.dictionary(text, text, { maxKeys: 2, noNullPrototype: true }),
    transitiveTagKeys: texts,
    sourceIdentity: some,
    durationSeconds: fc.nat(3),
    webIdentity: fc.constantFrom('minted', 'pass-through'),
    mintedToken: fc.option(record({ subject: text, tagKeys: texts }), { nil: undefined }),
    releasedAudience: some,
  }),
  poolIdentity: record({ id: text, pool: text, provider: text, logins: texts }),
  surroundings: record({ endpoint: text, network: text, signingKeyId: some }),
})

describe('of any two decisions', () => {
  it('the keys are the same only where all parts are', () => {
    fc.assert(
      fc.property(decision, decision, (one, other) => {
        const isSame = fc.stringify(one) === fc.stringify(other)
        expect(textOfDecision(one) === textOfDecision(other)).toBe(isSame)
      }),
      PROPERTY_RUNS,
    )
  })

  it('which differ in one part, the keys differ', () => {
    const parts = Object.keys(DECISION_MEMBERS).flatMap((group) =>
      Object.keys(DECISION_MEMBERS[group] ?? {}).map((member) => [group, member] as const),
    )
    fc.assert(
      fc.property(decision, decision, fc.constantFrom(...parts), (one, other, [group, member]) => {
        const [own, foreign] = [membersOf(one, group), membersOf(other, group)]
        fc.pre(fc.stringify(own[member]) !== fc.stringify(foreign[member]))
        const changed = { ...one, [group]: { ...own, [member]: foreign[member] } }
        expect(textOfDecision(changed)).not.toBe(textOfDecision(one))
      }),
      PROPERTY_RUNS,
    )
  })
})

/** Names of the members that the arbitrary decisions have. */
const DECISION_MEMBERS: Readonly<Record<string, Readonly<Record<string, unknown>>>> = fc.sample(
  decision,
  { numRuns: 1, seed: 1 },
)[0] as never

function membersOf(value: object, group: string): Record<string, unknown> {
  return Reflect.get(value, group) as Record<string, unknown>
}
