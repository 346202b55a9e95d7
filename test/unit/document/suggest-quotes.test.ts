/** A line of YAML that cannot be parsed is repeated with the quotes that it needs. */
import { compileTenant } from '@token-broker/core/document'
import { describe, expect, it } from 'vitest'
import { suggestQuotes } from '../../../packages/core/src/document/hints/suggest-quotes.ts'

describe('a line', () => {
  it.each([
    [
      `  user: { from: claims["https://a.example/user"], pattern: '[a-z]{1,32}' }`,
      `user: { from: 'claims["https://a.example/user"]', pattern: '[a-z]{1,32}' }`,
    ],
    ['Resource: {{user}}/x', "Resource: '{{user}}/x'"],
    ['Resource: *', "Resource: '*'"],
    ['name: farm: north', "name: 'farm: north'"],
    ['name: @farm', "name: '@farm'"],
    ['name: %farm', "name: '%farm'"],
    ['name: `farm`', "name: '`farm`'"],
    ['Resource: [*, arn:aws:s3:::a]', "Resource: ['*', arn:aws:s3:::a]"],
    ['Resource: [a/{{b}}, c/{{d}}/*]', "Resource: ['a/{{b}}', 'c/{{d}}/*']"],
    ['when: "a" in claims.groups && claims.b', `when: '"a" in claims.groups && claims.b'`],
    ["when: 'a' in claims.groups", `when: '''a'' in claims.groups'`],
    [
      '- { name: a, when: claims["a"] == "b" && claims.c in ["x", "y"], grant: g }',
      `- { name: a, when: 'claims["a"] == "b" && claims.c in ["x", "y"]', grant: g }`,
    ],
    [
      'Condition: { StringLike: { s3:prefix: {{user}}/* } } # own',
      "Condition: { StringLike: { s3:prefix: '{{user}}/*' } } # own",
    ],
  ])('%s', (line, corrected) => {
    expect(suggestQuotes(line)).toBe(corrected)
  })

  it.each(['a: b', 'a: "b', 'a: [1, 2', 'a: }', `a: {{b}} ${'x'.repeat(300)}`])(
    'that quotes do not correct is not repeated: %s',
    (line) => {
      expect(suggestQuotes(line)).toBeUndefined()
    },
  )

  it.each(['[', '{{a}} ', '[*, ', `"a" '`, ': [', '- {'])('of many %s costs little', (part) => {
    const start = process.cpuUsage()
    suggestQuotes(`a: ${part.repeat(300)}`.slice(0, 300))
    expect(process.cpuUsage(start).user / 1000).toBeLessThan(5000)
  })
})

it('reports one error, at its place, with the line as it should be', () => {
  const text = 'tenant: acme\nattributes:\n  user: { from: claims["a"], pattern: b }\nrules: []\n'
  expect(compileTenant(text, 'acme.yaml').errors).toEqual([
    {
      file: 'acme.yaml',
      line: 3,
      column: 17,
      endLine: 3,
      endColumn: 28,
      path: '',
      message: 'a value needs quotes, because YAML gives its first characters another meaning',
      hint: `write it in quotes: user: { from: 'claims["a"]', pattern: b }`,
      id: 'yaml-syntax',
    },
  ])
})
