/** The lint of a rule with two grants: it leads to both, and is for what both allow. */
import { describe, expect, it } from 'vitest'
import { documentWith, findingsOf } from './lint-text.ts'

describe('a rule with two grants', () => {
  const withTwoGrants = (rules: string, attributes = '') =>
    documentWith(`${attributes}rules:
${rules}
grants:
  own:
    role: arn:aws:iam::111122223333:role/orchard
    policy: [{ Effect: Allow, Action: s3:GetObject, Resource: 'arn:aws:s3:::own/{{user}}/*' }]
  all:
    role: arn:aws:iam::111122223333:role/orchard
    policy:
      - { Effect: Allow, Action: s3:GetObject, Resource: 'arn:aws:s3:::own/*', shared: true }
`)
  const both = "  - { name: a, when: 'claims.a', grants: [own, all] }"

  it('leads to both of them', () => {
    expect(findingsOf(withTwoGrants(both))).toEqual([])
  })

  it.each([
    [
      "  - { name: b, when: 'claims.a && claims.b', grants: [own, all] }",
      'unreachable-rule rules[1]',
    ],
    ["  - { name: b, when: 'claims.a && claims.b', grants: [all, own] }", undefined],
    ["  - { name: b, when: 'claims.a && claims.b', grant: own }", undefined],
  ])('is for other callers than a rule with other grants: %s', (later, finding) => {
    expect(findingsOf(withTwoGrants(`${both}\n${later}`))).toEqual(finding ? [finding] : [])
  })

  it('hides later rules where it has no condition', () => {
    const rules = '  - { name: a, grants: [own, all] }\n  - { name: b, grant: own }'
    expect(findingsOf(withTwoGrants(rules))).toEqual(['rule-without-condition rules[0]'])
  })

  it('must verify the e-mail address in an attribute of one of them', () => {
    const attributes = `attributes:
  user: { from: 'claims.email.split("@")[1]', pattern: '[a-z.]{1,30}' }
`
    const finding = 'unverified-email attributes.user.from'
    expect(findingsOf(withTwoGrants(both, attributes))).toEqual([finding])
    const verified = both.replace('claims.a', 'claims.email_verified')
    expect(findingsOf(withTwoGrants(verified, attributes))).toEqual([])
  })
})
