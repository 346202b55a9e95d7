/** Rules that never decide, grants that nobody gets, addresses that are not verified. */
import { describe, expect, it } from 'vitest'
import { documentWith, findingsOf, lintText } from './lint-text.ts'

const GRANT = (name: string) => `  ${name}:
    role: arn:aws:iam::111122223333:role/orchard
    policy: [{ Effect: Allow, Action: s3:GetObject, Resource: 'arn:aws:s3:::${name}/{{user}}/*' }]
`

const withRules = (rules: string, names = ['own', 'fields']) =>
  documentWith(`rules:\n${rules}\ngrants:\n${names.map(GRANT).join('')}`)

describe('a rule', () => {
  it.each([
    ['without a condition', '  - { name: a, grant: own }'],
    ['with a constant condition', "  - { name: a, when: 'true', grant: own }"],
  ])('%s hides those for other grants after it', (_, rule) => {
    const later = '  - { name: b, when: claims.b, grant: fields }'
    expect(findingsOf(withRules(`${rule}\n${later}`))).toEqual(['rule-without-condition rules[0]'])
    expect(findingsOf(withRules(`${later}\n${rule}`))).toEqual([])
  })

  it.each([
    ['claims.a', 'claims.a'],
    ['claims.a', '(claims.a)'],
    ['claims.a', 'claims["a"]  &&  claims.b'],
    ['claims.a', 'claims.b && claims.a'],
    ['claims.a && claims.b', 'claims.b && claims.c && claims.a'],
    ['claims.a || claims.b', 'claims.b'],
    ['claims.a || claims.b', 'claims.a || claims.b'],
    ['claims.a || claims.b', 'claims.a && claims.c'],
    ['claims.a', '(claims.a && claims.b) || (claims.a && claims.c)'],
    ['claims.a in ["x", "y"]', 'claims.a == "y"'],
    ['claims.a in ["x", "y"]', 'claims.b && claims.a == "y"'],
    ['true', 'claims.a'],
    ['has(actor.subject)', 'claims.a && has(actor.subject)'],
    ['claims.a || has(actor.subject)', 'claims.a'],
  ])('after %s never decides: %s', (first, second) => {
    const rules = [first, second].map(
      (when, at) => `  - { name: r${at}, when: '${when}', grant: own }`,
    )
    const ids = findingsOf(withRules(rules.join('\n'), ['own']))
    expect(ids.filter((id) => !id.includes('claims["a"]'))).toEqual(
      second.includes('claims["a"]') ? [] : ['unreachable-rule rules[1]'],
    )
  })

  it.each([
    // The first one leaves delegated requests to the second one.
    ['claims.a', 'claims.a && has(actor.subject)'],
    ['true', 'actor.subject == "x"'],
    ['claims.a', 'claims.b'],
    ['claims.a && claims.b', 'claims.a'],
    ['claims.a', 'claims.a || claims.b'],
    ['claims.a', '!claims.a'],
    ['claims.a in ["x", "y"]', 'claims.a == "z"'],
    ['claims.a in ["x", "y"]', 'claims.b == "x"'],
    ['claims.a == "1"', 'claims.a == 1'],
    ['claims.a == "1"', 'claims.a == 1.0'],
    ['claims.a == 1', 'claims.a == 1.0'],
  ])('after %s may decide: %s', (first, second) => {
    const rules = [first, second].map(
      (when, at) => `  - { name: r${at}, when: '${when}', grant: own }`,
    )
    expect(findingsOf(withRules(rules.join('\n'), ['own']))).toEqual([])
  })

  it('for another grant is reached by the name of the grant', () => {
    const rules = ['own', 'fields'].map(
      (grant) => `  - { name: ${grant}, when: claims.a, grant: ${grant} }`,
    )
    expect(findingsOf(withRules(rules.join('\n')))).toEqual([])
  })

  it('with the condition false never decides', () => {
    expect(findingsOf(withRules("  - { name: a, when: 'false', grant: own }", ['own']))).toEqual([
      'unreachable-rule rules[0].when',
    ])
  })

  it('that never passes hides no other', () => {
    const rules = ['claims.b && false', 'claims.b'].map(
      (when, at) => `  - { name: r${at}, when: '${when}', grant: own }`,
    )
    expect(findingsOf(withRules(rules.join('\n'), ['own']))).toEqual([
      'unreachable-rule rules[0].when',
    ])
  })

  it('is compared with many others quickly', () => {
    const rules = Array.from(
      { length: 1000 },
      (_, at) =>
        `  - { name: r${at}, grant: own, ` +
        `when: 'claims.a == "${at}" && "g${at}" in claims.groups' }`,
    )
    const text = withRules(rules.join('\n'), ['own'])
    const start = process.cpuUsage()
    expect(findingsOf(text)).toEqual([])
    expect(process.cpuUsage(start).user / 1000).toBeLessThan(10_000)
  })

  it('that denies is not compared: it also applies where it cannot be evaluated', () => {
    const rule = (name: string) => `  - { name: ${name}, when: claims.a, grant: own, deny: true }`
    const last = '  - { name: c, when: claims.a, grant: own }'
    expect(findingsOf(withRules(`${rule('a')}\n${rule('b')}\n${last}`, ['own']))).toEqual([])
  })

  it('that denies everybody leaves nothing to other rules', () => {
    const rules = '  - { name: b, when: claims.b, grant: own }\n  - { name: a, deny: true }'
    expect(findingsOf(withRules(rules, ['own']))).toEqual(['rule-without-condition rules[1]'])
    const restricted = '  - { name: b, when: claims.b, deny: true }\n  - { name: a, grant: own }'
    expect(findingsOf(withRules(restricted, ['own']))).toEqual([])
  })
})

describe('a grant', () => {
  it('without an Allow statement allows nothing', () => {
    const deny = `policy: [{ Effect: Deny, Action: 's3:*', Resource: '*' }]`
    for (const [policy, path] of [
      ['', 'grants.own'],
      [deny, 'grants.own.policy'],
      ['policy: []', 'grants.own'],
    ] as const)
      expect(
        findingsOf(
          documentWith(
            `grants:\n  own:\n    role: arn:aws:iam::111122223333:role/orchard\n    ${policy}\n`,
          ),
        ),
      ).toEqual([`grant-without-policy ${path}`])
  })

  it('to which no rule leads is reported', () => {
    const rules = '  - { name: a, when: claims.a, grant: own }'
    expect(findingsOf(withRules(rules))).toEqual(['unused-grant grants.fields'])
  })
})

it('reports 100 findings, errors rather than warnings', () => {
  const names = Array.from({ length: 150 }, (_, at) => `unused${at}`)
  const origins = "allowedOrigins: ['https://*.orchard.example']\n"
  const text = withRules('  - { name: a, grant: own }', [...names, 'own'])
  const found = lintText(text + origins)
  expect(found).toHaveLength(100)
  expect(found.at(-1)).toMatchObject({ id: 'wildcard-origin' })
})

describe('an e-mail address', () => {
  const issuer = (member: string) =>
    `  - { issuer: 'https://${member.length}.orchard.example', audiences: [a], ` +
    `member: '${member}' }\n`

  it.each([
    'claims.email.split("@")[1] == "orchard.example"',
    'claims.email.endsWith("@orchard.example")',
    'claims["email"] == "a@orchard.example"',
    'claims.user.email == "a@orchard.example"',
  ])('in a condition must be verified: %s', (when) => {
    const rule = (condition: string) =>
      `rules:\n  - { name: a, when: '${condition}', grant: own }\n`
    expect(findingsOf(documentWith(rule(when)))).toEqual(['unverified-email rules[0].when'])
    expect(findingsOf(documentWith(rule(`claims.email_verified && ${when}`)))).toEqual([])
    expect(findingsOf(documentWith(rule(`claims.xms_edov == true && ${when}`)))).toEqual([])
  })

  it('of an actor must be verified by its own claims', () => {
    const found = (condition: string) =>
      findingsOf(documentWith(`rules:\n  - { name: a, when: '${condition}', grant: own }\n`))
    const when = 'actor.claims.email == "a@orchard.example"'
    const unverified = ['unverified-email rules[0].when']
    expect(found(when)).toEqual(unverified)
    expect(found(`claims.email_verified && ${when}`)).toEqual(unverified)
    expect(found(`actor.claims.email_verified && ${when}`)).toEqual([])
  })

  it('in member must be verified', () => {
    const found = findingsOf(
      documentWith(`issuers:\n${issuer('claims.email.endsWith("@a.example")')}`),
    )
    expect(found).toEqual(['unverified-email issuers[0].member'])
  })

  it('must be verified where it identifies the caller', () => {
    const found = (fields: string) =>
      findingsOf(
        documentWith(`issuers: [{ issuer: https://a.example, audiences: [a], ${fields} }]\n`),
      )
    expect(found('subject: claims.email')).toEqual(['unverified-email issuers[0].subject'])
    expect(found('subject: claims.email, member: claims.email_verified')).toEqual([])
    expect(found('subject: claims.oid')).toEqual([])
  })

  it('is verified for all rules where every issuer requires it', () => {
    const verified = issuer('claims.email_verified')
    const rules = `rules:\n  - { name: a, when: 'claims.email == "a@a.example"', grant: own }\n`
    expect(findingsOf(documentWith(`issuers:\n${verified}${rules}`))).toEqual([])
    expect(findingsOf(documentWith(`issuers:\n${verified}${issuer('claims.a')}${rules}`))).toEqual([
      'unverified-email rules[0].when',
    ])
  })

  it('in an attribute must be verified by every rule that leads to a grant with it', () => {
    const attributes = `attributes:
  user: { from: 'claims.email.split("@")[1]', pattern: '[a-z.]{1,30}' }
`
    const rule = (when: string) => `rules:\n  - { name: a, when: '${when}', grant: own }\n`
    expect(findingsOf(documentWith(attributes + rule('claims.a')))).toEqual([
      'unverified-email attributes.user.from',
    ])
    expect(findingsOf(documentWith(attributes + rule('claims.email_verified')))).toEqual([])
  })
})
