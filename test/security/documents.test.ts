/** Hostile tenant documents: each is refused with place and reason, in bounded time and memory. */
import { compileTenant } from '@token-broker/core/document'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { CLASS_TIMEOUT } from './attack.ts'
import {
  change,
  GOOD,
  goodWith,
  isMapping,
  isStrict,
  nodesOf,
  refuseAll,
  times,
  WHOLE,
} from './hostile-documents.ts'

it('refuses YAML that expands, nests or repeats too much', CLASS_TIMEOUT, ({ task }) => {
  const laughs = times(
    9,
    (n) => `b${n}: &b${n} [${times(10, () => (n === 0 ? 'x' : `*b${n - 1}`), ',')}]`,
    '\n',
  )
  return refuseAll(task.meta, 'documents: YAML', [
    ...[
      laughs,
      `${GOOD}again: &a [*a]`,
      `x: &a {tenant: acme}\n<<: *a`,
      `${GOOD}---\n${GOOD}`,
      `%YAML 9\n---\n${GOOD}`,
    ],
    ...[
      `${GOOD}x: !!js/function "() => 1"`,
      `${GOOD}x: !!binary aGk=`,
      `${GOOD}? [a, b]\n: 1`,
      `${GOOD}tenant: beta`,
    ],
    ...['', '\0', '\uFEFF', 'null', '[]', '42', '"acme"', '---', '...'],
    ...[1_000, 5_000, 100_000].map((depth) => `${GOOD}x: ${'['.repeat(depth)}${']'.repeat(depth)}`),
    ...[1_000, 20_000].map((depth) => `{"x":${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}}`),
    ...[
      '? ',
      '- ',
      ': ',
      '*a ',
      '&a ',
      '!a ',
      '"',
      "'",
      '{{',
      '[',
      '|\n',
      '\t',
      '#',
      '%',
      '---\n',
      '\r',
      'a:\r',
    ].map((text) => text.repeat(Math.floor(250_000 / text.length))),
    `${GOOD}x: ${'a'.repeat(300 * 1024)}`,
  ])
})

it('refuses documents with very many parts', CLASS_TIMEOUT, ({ task }) =>
  refuseAll(task.meta, 'documents: many parts', [
    `${GOOD}x: {${times(40_000, String, ',')}}`,
    times(50_000, () => 'a: 1', '\n'),
    goodWith('audiences: [acme-app]', `audiences: [${times(100_000, () => '1', ',')}]`),
    goodWith('rules:', `rules:\n${times(5_000, () => '  - {name: r, grant: none}', '\n')}`),
    goodWith('grants:', `grants:\n${times(5_000, (n) => `  g${n}: {role: x}`, '\n')}`),
    goodWith(
      'attributes:',
      `attributes:\n${times(5_000, (n) => `  a${n}: {from: claims.x, pattern: '(a*)*'}`, '\n')}`,
    ),
    goodWith('Action: s3:GetObject', `Action: [${times(20_000, (n) => `a${n}`, ',')}]`),
    goodWith("'arn:aws:s3:::acme/{{user}}/*'", `'arn:aws:s3:::acme/${'{{user}}'.repeat(20_000)}'`),
    goodWith(
      "'arn:aws:s3:::acme/{{user}}/*'",
      `[${times(8_000, () => "'{{user}}{{user}}'", ',')}]`,
    ),
    goodWith(
      "sessionName: '{{user}}'",
      `sessionTags: {${times(10_000, (n) => `t${n}: '*'`, ',')}}`,
    ),
  ]),
)

it('refuses two grants that would take hours to compare', CLASS_TIMEOUT, ({ task }) => {
  const DATA = 'arn:aws:s3:::data/'
  const withResources = (read: readonly string[], get: readonly string[]) =>
    JSON.stringify(
      change(WHOLE, ['grants'], () => ({
        read: grantOf(read),
        get: grantOf(get),
      })),
    )
  const grantOf = (Resource: readonly string[]) => ({
    role: 'arn:aws:iam::111122223333:role/acme-app',
    policy: [{ Effect: 'Allow', shared: true, Action: 's3:GetObject', Resource }],
  })
  const many = (text: string) => Array.from({ length: 100 }, (_, at) => `${DATA}${text}${at}`)
  return refuseAll(task.meta, 'documents: two grants', [
    withResources([`${DATA}${'*a'.repeat(900)}b`], [`${DATA}${'a*'.repeat(900)}`]),
    withResources([`${DATA}${'?*'.repeat(900)}b`], [`${DATA}${'*?'.repeat(900)}c`]),
    withResources([`${DATA}${'{{user}}*'.repeat(180)}`], [`${DATA}${'*{{user}}'.repeat(180)}`]),
    withResources(many('*a'.repeat(300)), many('*b'.repeat(300))),
    withResources(many('*'), many('*x*')),
  ])
})

it(
  'refuses patterns that may backtrack catastrophically, or cannot match',
  CLASS_TIMEOUT,
  ({ task }) => {
    const patterns = [
      ...[
        '(a+)+',
        '(a|a)*',
        '(a*)*',
        '(a|aa)+',
        '([a-z]+)*x',
        '(.*)*',
        '(a?){99}',
        '(?:a{0,99}){99}',
        '.*.*.*.*.*.*',
      ],
      ...[
        '(?=a)a',
        '(?<!a)b',
        '(a)\\1',
        '\\bword',
        '\\p{L}+',
        '[^\\x00-\\x7f]',
        '\\u{1F600}',
        'a{999999}',
        '^a|b$',
        '',
      ],
      ...[`(${'a|'.repeat(400)}b)+`, `${'a?'.repeat(300)}`, `[${'a-z'.repeat(400)}]`],
      ...[
        '[*]',
        '[?${}]',
        '\\$\\{aws:username\\}',
        '[',
        '(',
        '*',
        'a{2,1}',
        '(?i:a)',
        '(?<n>a)',
        'a'.repeat(1_500),
      ],
    ]
    const withPattern = (pattern: string) =>
      goodWith('from: claims.sub', `from: claims.sub, pattern: ${JSON.stringify(pattern)}`)
    return refuseAll(task.meta, 'documents: patterns', patterns.map(withPattern))
  },
)

it('refuses unknown fields and wrong types at every place', CLASS_TIMEOUT, ({ task }) => {
  expect(compileTenant(JSON.stringify(WHOLE), 'acme.yaml').errors).toEqual([])
  const places = nodesOf(WHOLE, [])
  const names = fc.oneof(
    fc.constantFrom(
      '__proto__',
      'constructor',
      'prototype',
      'toString',
      'Principal',
      'tenants',
      '',
      ' tenant',
    ),
    fc.string({ unit: 'binary' }).map((name) => `${name}\u0001`),
  )
  const strange = fc
    .tuple(fc.constantFrom(...places.filter(isStrict)), names, fc.jsonValue())
    .map(([path, name, value]) =>
      JSON.stringify(change(WHOLE, path, (inner) => ({ ...Object(inner), [name]: value }))),
    )
  const inherited = fc.constantFrom(...places.filter(isMapping)).chain((path) =>
    fc.constantFrom('__proto__', 'constructor', 'prototype').map((name) => {
      const marked = change(WHOLE, path, (inner) => ({ ...Object(inner), INHERITED: { x: 1 } }))
      return JSON.stringify(marked).replace('INHERITED', name)
    }),
  )
  const wrong = fc
    .constantFrom(...places)
    .map((path) => JSON.stringify(change(WHOLE, path, () => ({ $: [] }))))
  return refuseAll(task.meta, 'documents: fields', fc.oneof(strange, inherited, wrong))
})
