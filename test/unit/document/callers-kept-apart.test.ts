/** What the proof accepts and refuses, one document for each kind of mistake. */
import { describe, expect, it, test } from 'vitest'
import { compileTenant, proveTenant } from '../../../packages/core/src/document/index.ts'
import { documentOf, errorsOf, grantOf, reading } from './isolation-documents.ts'

function errorsOfResource(resource: string, attributes?: string): string[] {
  const grants = grantOf('own', [reading(resource)])
  return errorsOf({ grants, ...(attributes === undefined ? {} : { attributes }) })
}

describe('a resource', () => {
  it.each([
    'arn:aws:s3:::b/{{user}}/*',
    'arn:aws:s3:::b/{{team}}/{{user}}/*',
    'arn:aws:s3:::b/{{team}}/*/{{user}}',
    'arn:aws:s3:::b/*/{{user}}',
    'arn:aws:s3:::b/{{user}}',
    'arn:aws:s3:::b/{{user}}/a-{{user}}-*',
    'arn:aws:s3:::b/${aws:userid}/*',
    'arn:aws:s3:::b/{{user}}${aws:userid}/*',
    // One character, so the two texts have one length.
    'arn:aws:s3:::b/{{user}}?',
    'arn:aws:s3:::b/?{{user}}/*',
    'arn:aws:s3:::b/${*}{{user}}/*',
  ])('%s is accepted', (resource) => {
    expect(errorsOfResource(resource)).toEqual([])
  })

  it.each([
    // IAM's `*` crosses slashes: alice would reach 2026/bob/alice/x.
    'arn:aws:s3:::b/*/{{user}}/*',
    'arn:aws:s3:::b/*{{user}}',
    'arn:aws:s3:::b/{{user}}*',
    'arn:aws:s3:::b/{{team}}{{user}}/*',
    'arn:aws:s3:::b/{{team}}-{{user}}/*',
    // The `?` matches a hyphen, so that red-a and b reach what red and a-b reach.
    'arn:aws:s3:::b/{{team}}?{{user}}/*',
    'arn:aws:s3:::b/{{user}}${aws:PrincipalOrgID}/*',
    'arn:aws:s3:::b/${s3:prefix}/{{user}}/*',
    'arn:aws:s3:::*/{{user}}/*',
  ])('%s is refused, with two callers and a text', (resource) => {
    const [error] = errorsOfResource(resource)
    expect(error).toMatch(
      /^grants\.own\.policy\[0\]: a caller with .+ can both reach arn:aws:s3:::/,
    )
  })

  it.each([
    ['[a-z-]{1,39}/[a-z-]{1,100}', 'arn:aws:s3:::b/{{id}}/*'],
    ['[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}', 'arn:aws:dynamodb:eu-west-1:1:table/{{id}}-*'],
    ['[a-z]{3}', 'arn:aws:s3:::b/{{id}}*'],
    ['[a-z]+', 'arn:aws:s3:::b/{{id}}-{{id}}/*'],
    ['acme', 'arn:aws:s3:::b/*{{id}}*'],
    ['[a-zÀ-ÿ]{1,32}', 'arn:aws:s3:::b/{{id}}/*'],
  ])(
    'with the pattern %s, %s is accepted, because it can be read in one way',
    (pattern, resource) => {
      expect(
        errorsOfResource(resource, `  id: { from: claims.id, pattern: '${pattern}' }`),
      ).toEqual([])
    },
  )

  it('names two callers who both reach the text', () => {
    const [error] = errorsOfResource('arn:aws:s3:::b/{{user}}*', '  user: { from: claims.sub }')
    const found = /user "(\w+)" and a caller with user "(\w+)" can both reach (\S+)$/.exec(
      error ?? '',
    )
    const [, first = '', second = '', text = ''] = found ?? []
    expect(first).not.toBe(second)
    expect(text.startsWith(`arn:aws:s3:::b/${first}`)).toBe(true)
    expect(text.startsWith(`arn:aws:s3:::b/${second}`)).toBe(true)
  })

  it('is not decided where the only shared text would need two values of one slot', () => {
    const attributes = `  x: { from: claims.x, pattern: 'a|ba' }
  y: { from: claims.y, pattern: '[ab]{2}' }`
    expect(errorsOfResource('arn:aws:s3:::b/*a{{y}}{{y}}{{x}}', attributes)).toEqual([
      'grants.own.policy[0]: it could not be decided whether two callers with different values ' +
        'can meet here',
    ])
  })

  it('may be the same for all callers', () => {
    expect(errorsOfResource('arn:aws:s3:::b/public/*')).toEqual([])
  })
})

describe('a session tag', () => {
  it('is refused where two callers can have the same one', () => {
    const grants = grantOf(
      'own',
      [reading('arn:aws:s3:::b/{{user}}/*')],
      "{ plot: '{{team}}-{{user}}' }",
    )
    expect(errorsOf({ grants })).toEqual([
      expect.stringMatching(/^grants\.own\.sessionTags\.plot: .+ can both reach \S+$/),
    ])
  })

  it('is read as its template where a resource contains it', () => {
    const resource = 'arn:aws:s3:::b/${aws:PrincipalTag/Owner}/*'
    const own = (tag: string) => grantOf('own', [reading(resource)], `{ owner: '${tag}' }`)
    expect(errorsOf({ grants: own('{{user}}') })).toEqual([])
    const mixed = own('{{team}}-{{user}}')
    expect(errorsOf({ grants: mixed }).map((error) => error.split(':')[0])).toContain(
      'grants.own.policy[0]',
    )
  })

  it('of one key means the same in all grants', () => {
    const rules = '  - { name: a, grant: a }\n  - { name: b, grant: b }'
    const tagged = (first: string, second: string) => ({
      rules,
      grants: [
        grantOf('a', [reading('arn:aws:s3:::b/x')], `{ owner: '${first}' }`),
        grantOf('b', [reading('arn:aws:s3:::b/x')], `{ Owner: '${second}' }`),
      ].join('\n'),
    })
    expect(errorsOf(tagged('{{team}}', '{{team}}'))).toEqual([])
    expect(errorsOf(tagged('{{team}}', '{{user}}'))).toHaveLength(1)
    expect(errorsOf(tagged('team={{team}}', 'user={{user}}'))).toEqual([])
    // A user may have the name of the tag that is the same for all callers of the first grant.
    expect(errorsOf(tagged('everybody', '{{user}}'))).toHaveLength(1)
    expect(errorsOf(tagged('everybody', 'user={{user}}'))).toEqual([])
  })
})

describe('two statements', () => {
  const together = (first: string, second: string, more = '') =>
    errorsOf({ grants: grantOf('own', [reading(first), reading(second, more)]) })

  it('may give one text to callers who agree on the slots of one of them', () => {
    expect(together('arn:aws:s3:::b/{{team}}/*', 'arn:aws:s3:::b/{{team}}/{{user}}/*')).toEqual([])
    expect(together('arn:aws:s3:::b/{{team}}/x', 'arn:aws:s3:::b/{{user}}/y')).toEqual([])
  })

  it('are refused where a team and a user of the same name meet', () => {
    const [error] = together('arn:aws:s3:::b/{{team}}/*', 'arn:aws:s3:::b/{{user}}/*')
    expect(error).toMatch(
      new RegExp(
        String.raw`^grants\.own\.policy\[1\]: a caller with team "\S+" through ` +
          String.raw`grants\.own\.policy\[0\] and a caller with user "\S+" through ` +
          String.raw`grants\.own\.policy\[1\] can both reach arn:aws:s3:::b/\S+$`,
      ),
    )
    expect(together('arn:aws:s3:::b/teams/{{team}}/*', 'arn:aws:s3:::b/users/{{user}}/*')).toEqual(
      [],
    )
  })

  it('are refused where one is for everybody and allows what is one caller’s', () => {
    const error = 'a caller through grants.own.policy[0] and a caller with user'
    for (const everybody of ['arn:aws:s3:::b/*', 'arn:aws:s3:::b/public/*', '*'])
      expect(together(everybody, 'arn:aws:s3:::b/{{user}}/*')).toEqual([
        expect.stringContaining(error),
      ])
    expect(together('arn:aws:s3:::b/{{user}}/*', 'arn:aws:s3:::b/public/*')).toHaveLength(1)
    const shared = ', shared: true'
    expect(together('arn:aws:s3:::b/{{user}}/*', 'arn:aws:s3:::b/public/*', shared)).toEqual([])
    expect(together('arn:aws:s3:::b/all/*', 'arn:aws:s3:::b/users/{{user}}/*')).toEqual([])
    const both = "Action: ['s3:GetObject'], Resource: ['arn:aws:s3:::b/{{user}}/*', '*']"
    expect(errorsOf({ grants: grantOf('own', [both]) })).toHaveLength(1)
  })

  it('may be for everybody where they allow other actions', () => {
    const list = (action: string) => `Action: ['${action}'], Resource: '*'`
    const errors = (action: string) =>
      errorsOf({ grants: grantOf('own', [list(action), reading('arn:aws:s3:::b/{{user}}/*')]) })
    expect(errors('s3:ListAllMyBuckets')).toEqual([])
    expect(errors('s3:Get*')).toEqual([
      expect.stringMatching(/can both reach arn:aws:s3:::b\/\S+ with s3:getobject$/),
    ])
  })

  // "If the wildcard (*) is the last character of a resource ARN segment, it can expand to match
  // beyond the colon boundaries" (IAM User Guide, "IAM JSON policy elements: Resource").
  it('are refused where the wildcard of an account can match a type of resource too', () => {
    const clusters = 'arn:aws:rds:*:*:cluster:{{team}}'
    expect(together(clusters, 'arn:aws:rds:*:*:{{user}}')[0]).toMatch(
      /can both reach arn:aws:rds:.*:cluster:/,
    )
    expect(together(clusters, 'arn:aws:rds:*:111122223333:{{user}}')).toEqual([])
  })

  it('of two grants are compared too', () => {
    const rules = '  - { name: a, grant: a }\n  - { name: b, grant: b }'
    const grants = ['{{team}}', '{{user}}'].map((slot, index) =>
      grantOf(index === 0 ? 'a' : 'b', [reading(`arn:aws:s3:::b/${slot}/*`)]),
    )
    expect(errorsOf({ rules, grants: grants.join('\n') })).toEqual([
      expect.stringContaining('grants.b.policy[0]: a caller with team'),
    ])
  })

  it('may be declared as shared', () => {
    const first = 'arn:aws:s3:::b/{{team}}/*'
    expect(together(first, 'arn:aws:s3:::b/{{user}}/*', ', shared: true')).toEqual([])
    const grants = grantOf('own', [reading('arn:aws:s3:::b/{{user}}*', ', shared: true')])
    const { tenant } = compileTenant(documentOf({ grants }), 'acme.yaml')
    expect(tenant?.certificate?.proved).toEqual({
      separate: 0,
      sameForAll: 0,
      shared: 1,
      outside: 0,
    })
    expect(tenant?.grants.own?.statements).toEqual([
      { Effect: 'Allow', Action: ['s3:GetObject'], Resource: 'arn:aws:s3:::b/{{user}}*' },
    ])
  })
})

test('a statement that denies only narrows, so nothing is proved of it', () => {
  const deny = "      - { Effect: Deny, Action: '*', Resource: 'arn:aws:s3:::b/*{{user}}*' }"
  const grants = `${grantOf('own', [reading('arn:aws:s3:::b/{{user}}/*')])}\n${deny}`
  expect(errorsOf({ grants })).toEqual([])
})

test('a managed policy is counted as not proved', () => {
  const managed = "    managedPolicies: ['arn:aws:iam::aws:policy/ReadOnlyAccess']"
  const grants = `${grantOf('own', [reading('arn:aws:s3:::b/{{user}}/*')])}\n${managed}`
  const text = documentOf({ grants })
  expect(proveTenant(text, 'acme.yaml').isolation.at(-1)).toEqual({
    grant: 'own',
    path: ['grants', 'own', 'managedPolicies', 0],
    label: 'managed policy arn:aws:iam::aws:policy/ReadOnlyAccess',
    slots: [],
    verdict: 'outside',
  })
  const { tenant } = compileTenant(text, 'acme.yaml')
  expect(tenant?.certificate?.proved).toMatchObject({ separate: 1, outside: 1 })
})

test('the certificate names the text of the document and counts what is proved', () => {
  const statements = [
    reading('arn:aws:s3:::b/{{user}}/*'),
    reading('arn:aws:s3:::public/*'),
    reading('arn:aws:s3:::b/*', ', shared: true'),
  ]
  const text = documentOf({ grants: grantOf('own', statements, "{ team: '{{team}}' }") })
  const { tenant } = compileTenant(text, 'acme.yaml')
  expect(tenant?.certificate).toEqual({
    documentSha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    proofVersion: 3,
    proved: { separate: 2, sameForAll: 1, shared: 1, outside: 0 },
  })
  const { tenant: changed } = compileTenant(`${text}# changed\n`, 'acme.yaml')
  expect(changed?.certificate?.documentSha256).not.toBe(tenant?.certificate?.documentSha256)
})

test('a document that would need too many steps is refused, and bounded in time', () => {
  const slots = ['a', 'b', 'c', 'd', 'e', 'f']
  const attributes = slots.map(
    (name) => `  ${name}: { from: claims.${name}, pattern: '[a-z*]{1,64}' }`,
  )
  const resource = `arn:aws:s3:::b/${slots.map((name) => `*{{${name}}}*/x`).join('')}`
  const { isolation } = proveTenant(
    documentOf({ attributes: attributes.join('\n'), grants: grantOf('own', [reading(resource)]) }),
    'acme.yaml',
  )
  expect(isolation.map(({ verdict }) => verdict)).toEqual(['not-separate'])
})
