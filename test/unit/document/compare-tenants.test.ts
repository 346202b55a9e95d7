/** The semantic comparison of two versions of the tenants: who gains and who loses what. */
import { compareTenants, compileTenants } from '@token-broker/core/document'
import { describe, expect, it } from 'vitest'

const BASE = `
tenant: acme
issuers:
  - issuer: https://id.example
    audiences: [app]
    authorizedParties: [web]
    member: claims.org == "acme"
attributes:
  user: { from: claims.sub, pattern: '[a-z]{1,8}' }
rules:
  - { name: suspended, when: claims.suspended == true, deny: true }
  - { name: staff, when: claims.staff == true, grant: reports }
  - { name: others, grant: uploads }
grants:
  reports:
    role: arn:aws:iam::111122223333:role/reports
    policy:
      - Sid: Read
        Effect: Allow
        Action: s3:GetObject
        Resource: 'arn:aws:s3:::acme/{{user}}/*'
      - Sid: Keep
        Effect: Deny
        Action: s3:*
        Resource: arn:aws:s3:::acme/*/secret/*
  uploads:
    role: arn:aws:iam::111122223333:role/uploads
    managedPolicies: [arn:aws:iam::111122223333:policy/a]
    policy:
      - Sid: Write
        Effect: Allow
        Action: s3:PutObject
        Resource: 'arn:aws:s3:::acme-uploads/{{user}}/*'
identityPools:
  - id: eu-central-1:0f7c1a52-9a54-4a0e-8f3f-2c5f0d6b7e81
    secret: pool
    logins: { id.example: https://id.example }
allowedOrigins: [https://app.example]
`

const compiled = (text: string) => {
  const { tenants, errors } = compileTenants([{ file: 'acme.yaml', text }])
  expect(errors).toEqual([])
  return tenants
}
const changed = (from: string | RegExp, to: string) => {
  const text = BASE.replace(from, to)
  expect(text).not.toBe(BASE)
  return text
}
const compare = (before: string, after: string) => compareTenants(compiled(before), compiled(after))

it('finds nothing between equal documents, whatever their order and layout is', () => {
  expect(compare(BASE, BASE)).toEqual([])
  expect(compare(BASE, changed('Action: s3:GetObject', 'Action: [s3:getObject]'))).toEqual([])
})

describe('a change of statements', () => {
  it('that widens one ARN is a gain, with the shortest request, and a loss in reverse', () => {
    const narrower = changed('acme/{{user}}/*', 'acme/{{user}}/a/*')
    const request = {
      action: 's3:getobject',
      resource: 'arn:aws:s3:::acme/{{user}}/',
      context: {},
    }
    const change = { tenant: 'acme', part: 'grant reports', what: 'statement Read allows', request }
    expect(compare(narrower, BASE)).toEqual([{ ...change, effect: 'gain' }])
    expect(compare(BASE, narrower)).toEqual([{ ...change, effect: 'loss' }])
  })

  it('that moves a path is both', () => {
    const moved = changed('acme/{{user}}/*', 'acme/{{user}}/2026/*')
    expect(compare(BASE, moved).map(({ effect }) => effect)).toEqual(['loss'])
    const other = changed('arn:aws:s3:::acme/{{user}}/*', 'arn:aws:s3:::beta/{{user}}/*')
    expect(compare(BASE, other).map(({ effect }) => effect)).toEqual(['gain', 'loss'])
  })

  it('that takes from a Deny is a gain', () => {
    const less = changed('acme/*/secret/*', 'acme/*/secret/keys/*')
    expect(compare(BASE, less)).toMatchObject([
      { effect: 'gain', part: 'grant reports', what: 'statement Keep no longer denies' },
    ])
    expect(compare(less, BASE).map(({ effect }) => effect)).toEqual(['loss'])
  })

  it('that adds a statement inside another, or an equal Deny, is none', () => {
    const more = changed(
      '      - Sid: Keep',
      `      - Sid: Again
        Effect: Allow
        Action: s3:GetObject
        Resource: 'arn:aws:s3:::acme/{{user}}/a/*'
      - Sid: Keep`,
    )
    expect(compare(BASE, more)).toEqual([])
  })
})

describe('other changes', () => {
  it.each<[name: string, from: string | RegExp, to: string, effects: string[], part: string]>([
    [
      'an audience',
      'audiences: [app]',
      'audiences: [app, cli]',
      ['gain'],
      'issuer https://id.example',
    ],
    ['an authorized party', '[web]', '[web, cli]', ['gain'], 'issuer https://id.example'],
    [
      'any authorized party',
      '    authorizedParties: [web]\n',
      '',
      ['gain'],
      'issuer https://id.example',
    ],
    ['no member', / {4}member: .*\n/, '', ['gain'], 'issuer https://id.example'],
    ['another member', 'org == "acme"', 'org == "beta"', ['unknown'], 'issuer https://id.example'],
    [
      'older tokens',
      '[web]\n',
      '[web]\n    maxTokenAge: 48h\n',
      ['gain'],
      'issuer https://id.example',
    ],
    [
      'any party for several audiences',
      'authorizedParties: [web]',
      'authorizedParties: any',
      ['gain', 'gain'],
      'issuer https://id.example',
    ],
    [
      'another claim for the subject',
      '[web]\n',
      '[web]\n    subject: claims.oid\n',
      ['unknown'],
      'issuer https://id.example',
    ],
    [
      'an algorithm less',
      '[web]\n',
      '[web]\n    algorithms: [RS256]\n',
      ['loss'],
      'issuer https://id.example',
    ],
    [
      'another issuer',
      /https:\/\/id.example/g,
      'https://id2.example',
      ['loss', 'gain', 'loss', 'gain'],
      '',
    ],
    ['another login', '{ id.example:', '{ example:', ['loss', 'gain'], 'identity pool'],
    ['another secret', 'secret: pool', 'secret: new', ['unknown'], 'identity pool'],
    [
      'several logins',
      'secret: pool',
      'secret: pool\n    linking: true',
      ['unknown'],
      'identity pool',
    ],
    [
      'the classic flow',
      'secret: pool',
      'secret: pool\n    classicFlow: { audience: a }',
      ['gain'],
      'identity pool',
    ],
    ['another pool', 'eu-central-1:0f', 'eu-central-1:1f', ['loss', 'gain'], 'identity pool'],
    [
      'an attribute of another claim',
      'claims.sub',
      'claims.name',
      ['unknown', 'gain', 'gain', 'loss', 'loss'],
      '',
    ],
    ['a wider pattern', '[a-z]{1,8}', '[a-z]{1,9}', ['gain'], 'attribute user'],
    ['another pattern', '[a-z]{1,8}', '[a-y0]{1,8}', ['gain', 'loss'], 'attribute user'],
    ['a condition less', 'when: claims.staff == true, ', '', ['gain'], 'rule staff'],
    ['another condition', 'claims.staff', 'claims.admin', ['unknown'], 'rule staff'],
    ['actors too', 'claims.staff', 'actor.claims.staff', ['gain', 'unknown'], 'rule staff'],
    [
      'actors too, by a first condition',
      'name: others,',
      "name: others, when: '!has(actor.subject) || true',",
      ['gain', 'loss'],
      'rule others',
    ],
    ['no deny rule', / {2}- { name: suspended.*\n/, '', ['gain'], 'rule suspended'],
    ['a deny rule for all', ', when: claims.suspended == true', '', ['loss'], 'rule suspended'],
    ['a rule less', / {2}- { name: others.*\n/, '', ['loss'], 'rule others'],
    [
      'a rule to another grant',
      'grant: uploads }',
      'grant: reports }',
      ['gain', 'loss'],
      'rule others',
    ],
    ['a managed policy', '[arn:aws:iam::111122223333:policy/a]', '[]', ['loss'], 'grant uploads'],
    [
      'a longer duration',
      'role/reports\n',
      'role/reports\n    maxDuration: 2h\n',
      ['gain'],
      'grant reports',
    ],
    [
      'reuse of sessions',
      'role/reports\n',
      'role/reports\n    reuse: 5m\n',
      ['neutral'],
      'grant reports',
    ],
    ['another role', 'role/reports', 'role/admin', ['unknown'], 'grant reports'],
    [
      'a tag',
      'role/reports\n',
      "role/reports\n    sessionTags: { user: '{{user}}' }\n",
      ['unknown'],
      'grant reports',
    ],
    [
      'a session name',
      'role/reports\n',
      "role/reports\n    sessionName: '{{user}}'\n",
      ['neutral'],
      'grant reports',
    ],
    [
      'an origin',
      'https://app.example',
      'https://other.example',
      ['gain', 'loss'],
      'allowedOrigins',
    ],
  ])('%s', (_name, from, to, effects, part) => {
    const changes = compare(BASE, changed(from, to))
    expect(changes.map(({ effect }) => effect).sort()).toEqual([...effects].sort())
    for (const change of changes) expect(change.part).toContain(part)
  })

  it('an order of rules changes defaults only', () => {
    const [suspended = '', staff = '', others = ''] = BASE.match(/ {2}- { name: .*\n/g) ?? []
    const reordered = changed(suspended + staff + others, suspended + others + staff)
    expect(compare(BASE, reordered)).toMatchObject([{ part: 'rules', effect: 'neutral' }])
  })

  it('a new grant is a gain of each of its statements, and a new tenant of everything', () => {
    const more = changed(
      '\nidentityPools',
      `
  extra:
    role: arn:aws:iam::111122223333:role/extra
    policy: [{ Effect: Allow, Action: sqs:SendMessage, Resource: 'arn:aws:sqs:*:1:q' }]
identityPools`,
    )
    expect(compare(BASE, more)).toMatchObject([
      { effect: 'gain', part: 'grant extra', what: 'a new grant' },
      { effect: 'gain', part: 'grant extra', what: 'a statement (Allow) allows' },
    ])
    expect(compareTenants([], compiled(BASE))).toMatchObject([{ part: 'tenant', effect: 'gain' }])
    expect(compareTenants(compiled(BASE), [])).toMatchObject([{ part: 'tenant', effect: 'loss' }])
  })
})

describe('a change of limits', () => {
  const limited = (limits: object) => `${BASE}limits: ${JSON.stringify(limits)}\n`
  const five = { requestsPerSecond: 5, burst: 10 }

  it.each([
    ['a new one', {}, { tenant: five }, ['loss']],
    ['one that is removed', { tenant: five }, {}, ['gain']],
    ['a higher rate', { subject: five }, { subject: { ...five, requestsPerSecond: 6 } }, ['gain']],
    ['a smaller burst', { subject: five }, { subject: { ...five, burst: 9 } }, ['loss']],
    [
      'a higher rate and a smaller burst',
      { clientAddress: five },
      { clientAddress: { requestsPerSecond: 6, burst: 9 } },
      ['unknown'],
    ],
    [
      'the same in other words',
      { tenant: five },
      { tenant: { requestsPerMinute: 300, burst: 10 } },
      [],
    ],
  ])('%s', (_, before, after, effects) => {
    const changes = compare(limited(before), limited(after))
    expect(changes.map(({ effect }) => effect)).toEqual(effects)
  })

  it('says both limits', () => {
    expect(compare(BASE, limited({ subject: { requestsPerMinute: 30 } }))).toEqual([
      {
        ...{ tenant: 'acme', part: 'limits.subject', effect: 'loss' },
        what: 'the limit of the stage, if any, before, 30 requests in 60 s and 30 at once now',
      },
    ])
  })
})
