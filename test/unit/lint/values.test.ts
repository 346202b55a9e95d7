/** Values that YAML reads as something else, in condition values and wherever text is expected. */
import { describe, expect, it } from 'vitest'
import { documentWith, documentWithStatement, lintText } from './lint-text.ts'

const idsOf = (text: string) => lintText(text).map(({ id, path }) => `${id} ${path}`)

const deny = (condition: string) =>
  documentWithStatement(`{ Effect: Allow, Action: s3:GetObject, Resource: "arn:aws:s3:::o/*" }
      - { Effect: Deny, Action: 's3:*', Resource: '*', Condition: { ${condition} } }`)

describe('a condition value', () => {
  it.each([
    ['012345678901', '12345678901'],
    ['1147953659032899584', '1147953659032899600'],
    ['1.10', '1.1'],
    ['7e3', '7000'],
    ['0x1f', '31'],
    ['0o17', '15'],
    ['+5', '5'],
    ['.5', '0.5'],
    ['-0', '0'],
    ['.inf', 'Infinity'],
    ['.nan', 'NaN'],
    ['1e400', 'Infinity'],
    ['True', 'true'],
    ['FALSE', 'false'],
  ])('%s is read as %s', (written, read) => {
    const [finding, ...others] = lintText(deny(`StringEquals: { aws:ResourceAccount: ${written} }`))
    expect(others).toEqual([])
    expect(finding).toMatchObject({
      id: 'yaml-value',
      level: 'error',
      path: 'grants.own.policy[1].Condition.StringEquals["aws:ResourceAccount"]',
      line: expect.any(Number),
      hint: expect.stringContaining(`StringEquals: { aws:ResourceAccount: '${written}' }`),
    })
    expect(finding?.message).toContain(written)
    expect(finding?.message).toMatch(new RegExp(`as (the number )?-?${read}$`))
  })

  it('of a list is found at its own place, and the line shows where the quotes belong', () => {
    const [finding] = lintText(
      deny("StringEquals: { aws:ResourceAccount: ['111122223333', 012345678901] }"),
    )
    expect(finding?.path).toBe(
      'grants.own.policy[1].Condition.StringEquals["aws:ResourceAccount"][1]',
    )
    expect(finding?.hint).toContain("aws:ResourceAccount: ['111122223333', '012345678901']")
  })

  it.each([
    "StringEquals: { aws:ResourceAccount: '012345678901' }",
    'StringEquals: { aws:ResourceAccount: "012345678901" }',
    'StringEquals: { aws:ResourceAccount: !!str 012345678901 }',
    'StringEquals: { aws:ResourceAccount: 123456789012 }',
    'StringEquals: { s3:x-amz-acl: on }',
    'StringEquals: { s3:x-amz-acl: yes }',
    'StringEquals: { s3:x-amz-acl: 2026-01-31 }',
    'StringEquals: { s3:x-amz-acl: 1_000 }',
    'StringEquals: { s3:x-amz-acl: true }',
    'Bool: { aws:SecureTransport: False }',
    'NumericEquals: { s3:max-keys: 1.10 }',
    'NumericEquals: { s3:max-keys: 7e3 }',
    'NumericEquals: { s3:max-keys: 0x1f }',
    'NumericEquals: { s3:max-keys: 0 }',
  ])('is sent as it is meant: %s', (condition) => {
    expect(idsOf(deny(condition))).toEqual([])
  })

  it.each(['1147953659032899584', '4.0000000000000001', '0x3fffffffffffff1', '1e400'])(
    'for a numeric operator must be exact: %s',
    (written) => {
      expect(idsOf(deny(`NumericEquals: { s3:max-keys: ${written} }`))).toEqual([
        'yaml-value grants.own.policy[1].Condition.NumericEquals["s3:max-keys"]',
      ])
    },
  )
})

describe('a text', () => {
  it.each([
    [
      'audiences',
      'issuers:\n  - { issuer: "https://id.orchard.example", audiences: [012] }\n',
      "audiences: ['012']",
    ],
    ['name', "rules:\n  - { name: 7e3, when: 'true', grant: own }\n", "{ name: '7e3',"],
    ['tenant', 'tenant: 0x1f\n', "tenant: '0x1f'"],
    ['pattern', 'attributes:\n  user: { from: claims.sub, pattern: 1.10 }\n', "pattern: '1.10' }"],
    ['origin', 'allowedOrigins: [true]\n', "allowedOrigins: ['true']"],
  ])('must not be a number or a boolean: %s', (_, part, line) => {
    const [finding] = lintText(documentWith(part))
    expect(finding).toMatchObject({ id: 'yaml-value', hint: expect.stringContaining(line) })
  })

  it.each([
    ['sessionTags: { cost: 1.10 }', "cost: '1.10'"],
    ['role: 012345678901', "role: '012345678901'"],
    ['sourceIdentity: null', "remove it, or write it in quotes: sourceIdentity: 'null'"],
    ['policy: [{ Effect: Allow, Action: [7e3], Resource: "*" }]', "Action: ['7e3']"],
    ['policy: [{ Effect: Allow, Action: "s3:*", Resource: 0o17 }]', "Resource: '0o17'"],
  ])('of a grant must not be one: %s', (field, line) => {
    const role = 'role: arn:aws:iam::111122223333:role/orchard'
    const grant = `grants:\n  own:\n    ${role}\n    ${field}\n`
    const text = field.startsWith('role') ? grant.replace(/ {4}role: arn.*\n/, '') : grant
    const found = lintText(documentWith(text))
    expect(found.map(({ id }) => id)).toContain('yaml-value')
    expect(found.find(({ id }) => id === 'yaml-value')?.hint).toContain(line)
  })

  it('that is missing is reported as missing, not as null', () => {
    const [finding] = lintText(documentWith('rules:\n  - { name: a, grant: }\n'))
    expect(finding).toMatchObject({ id: 'missing-field', path: 'rules[0].grant' })
  })

  it('of a document in one long line is shown without the line', () => {
    const filler = 'x'.repeat(200)
    const [finding] = lintText(
      documentWith(`rules: [{ name: 012, when: 'claims.a == "${filler}"', grant: own }]\n`),
    )
    expect(finding?.hint).toBe("write it in quotes: name: '012'")
  })
})

it('says how to write a boolean, where YAML 1.1 would have read on or yes as one', () => {
  const [finding] = lintText(
    documentWith(
      'issuers:\n  - { issuer: "https://id.orchard.example", audiences: [a], prefetch: on }\n',
    ),
  )
  expect(finding).toMatchObject({
    path: 'issuers[0].prefetch',
    hint: 'write true or false: prefetch: true',
  })
})
