/** The semantic comparison of two versions of the tenants: who gains and who loses what. */
import { compareTenants } from '@token-broker/core/document'
import { describe, expect, it } from 'vitest'
import { BASE, changedBase, compareTexts, compiledTenants } from './compared-documents.ts'

it('finds nothing between equal documents, whatever their order and layout is', () => {
  expect(compareTexts(BASE, BASE)).toEqual([])
  expect(compareTexts(BASE, changedBase('Action: s3:GetObject', 'Action: [s3:getObject]'))).toEqual(
    [],
  )
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
    const changes = compareTexts(BASE, changedBase(from, to))
    expect(changes.map(({ effect }) => effect).sort()).toEqual([...effects].sort())
    for (const change of changes) expect(change.part).toContain(part)
  })

  it('an order of rules changes defaults only', () => {
    const [suspended = '', staff = '', others = ''] = BASE.match(/ {2}- { name: .*\n/g) ?? []
    const reordered = changedBase(suspended + staff + others, suspended + others + staff)
    expect(compareTexts(BASE, reordered)).toMatchObject([{ part: 'rules', effect: 'neutral' }])
  })

  it('a new grant is a gain of each of its statements, and a new tenant of everything', () => {
    const more = changedBase(
      '\nidentityPools',
      `
  extra:
    role: arn:aws:iam::111122223333:role/extra
    policy: [{ Effect: Allow, Action: sqs:SendMessage, Resource: 'arn:aws:sqs:*:1:q' }]
identityPools`,
    )
    expect(compareTexts(BASE, more)).toMatchObject([
      { effect: 'gain', part: 'grant extra', what: 'a new grant' },
      { effect: 'gain', part: 'grant extra', what: 'a statement (Allow) allows' },
    ])
    expect(compareTenants([], compiledTenants(BASE))).toMatchObject([
      { part: 'tenant', effect: 'gain' },
    ])
    expect(compareTenants(compiledTenants(BASE), [])).toMatchObject([
      { part: 'tenant', effect: 'loss' },
    ])
  })
})
