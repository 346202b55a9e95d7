/** Tenant documents that nobody should be able to write: each is refused, with where and why, in bounded time and memory. */
import { compileTenant, type TenantDocumentError } from '@token-broker/core/document'
import fc from 'fast-check'
import { expect, it, type TaskMeta } from 'vitest'
import { tenantDocument } from '../fixtures/in-process-broker.ts'
import { CLASS_TIMEOUT, HOSTILE_RUNS, measure, startClass } from './attack.ts'

/** With every kind of part, as JSON, so that single values can be changed. */
const WHOLE = {
  tenant: 'acme',
  issuers: [
    {
      issuer: 'https://id.acme.example',
      verify: { kind: 'jwt' },
      audiences: ['acme-app'],
      member: 'true',
    },
  ],
  attributes: { user: { from: 'claims.sub', pattern: '[a-z]{1,32}' } },
  rules: [{ name: 'everybody reads', when: 'true', grant: 'read' }],
  grants: {
    read: {
      role: 'arn:aws:iam::111122223333:role/acme-app',
      duration: '1h',
      sessionTags: { user: '{{user}}' },
      policy: [
        {
          Sid: 'Read',
          Effect: 'Allow',
          Action: ['s3:GetObject'],
          Resource: 'arn:aws:s3:::acme/{{user}}/*',
          Condition: { StringLike: { 's3:prefix': ['{{user}}/*'] } },
        },
      ],
    },
  },
}

const GOOD = tenantDocument('acme', 'https://id.acme.example')
/** The worst takes 3 s of a processor, when a person or a build waits for it. */
const COMPILE_MS = 30_000
/** An operator mends no more at once. */
const MAX_ERRORS = 100

/** Nothing is audited here: a document that does not compile is never deployed. */
async function refuseAll(
  meta: TaskMeta,
  name: string,
  texts: readonly string[] | fc.Arbitrary<string>,
): Promise<void> {
  const attackClass = startClass(meta, name, COMPILE_MS)
  const refuse = async (text: string) => {
    const codeOf = ({ tenant }: { tenant?: unknown }) =>
      tenant === undefined ? 'does not compile' : 'compiles'
    const { tenant, errors } = await measure(
      attackClass,
      () => compileTenant(text, 'acme.yaml'),
      codeOf,
    )
    expect(tenant).toBeUndefined()
    expect(errors.length).toBeGreaterThan(0)
    expect(errors.length).toBeLessThanOrEqual(MAX_ERRORS)
    expect(errors.filter((error) => !isHelpful(error))).toEqual([])
    expect(compileTenant(GOOD, 'acme.yaml').errors).toEqual([])
  }
  if ('generate' in texts)
    await fc.assert(fc.asyncProperty(texts, refuse), { numRuns: HOSTILE_RUNS })
  else for (const text of texts) await refuse(text)
}

function isHelpful({ file, message, hint }: TenantDocumentError): boolean {
  return (
    file === 'acme.yaml' &&
    message !== '' &&
    hint !== '' &&
    !/undefined|\[object/.test(`${message}${hint}`)
  )
}

const times = (count: number, make: (index: number) => string, separator: string) =>
  Array.from({ length: count }, (_, index) => make(index)).join(separator)

it('refuses YAML that is bigger than it looks', CLASS_TIMEOUT, ({ task }) => {
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

it('refuses documents of very many parts', CLASS_TIMEOUT, ({ task }) =>
  refuseAll(task.meta, 'documents: many parts', [
    `${GOOD}x: {${times(40_000, String, ',')}}`,
    times(50_000, () => 'a: 1', '\n'),
    GOOD.replace('audiences: [acme-app]', `audiences: [${times(100_000, () => '1', ',')}]`),
    GOOD.replace('rules:', `rules:\n${times(5_000, () => '  - {name: r, grant: none}', '\n')}`),
    GOOD.replace('grants:', `grants:\n${times(5_000, (n) => `  g${n}: {role: x}`, '\n')}`),
    GOOD.replace(
      'attributes:',
      `attributes:\n${times(5_000, (n) => `  a${n}: {from: claims.x, pattern: '(a*)*'}`, '\n')}`,
    ),
    GOOD.replace("'s3:GetObject'", `[${times(20_000, (n) => `a${n}`, ',')}]`),
    GOOD.replace(
      "'arn:aws:s3:::acme/{{user}}/*'",
      `'arn:aws:s3:::acme/${'{{user}}'.repeat(20_000)}'`,
    ),
    GOOD.replace(
      "'arn:aws:s3:::acme/{{user}}/*'",
      `[${times(8_000, () => "'{{user}}{{user}}'", ',')}]`,
    ),
    GOOD.replace(
      "sessionName: '{{user}}'",
      `sessionTags: {${times(10_000, (n) => `t${n}: '*'`, ',')}}`,
    ),
  ]),
)

it('refuses patterns that take for ever, or that cannot match', CLASS_TIMEOUT, ({ task }) => {
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
    GOOD.replace('from: claims.sub', `from: claims.sub, pattern: ${JSON.stringify(pattern)}`)
  return refuseAll(task.meta, 'documents: patterns', patterns.map(withPattern))
})

it('refuses fields of another name or type, wherever they stand', CLASS_TIMEOUT, ({ task }) => {
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

type Path = readonly (string | number)[]

function nodesOf(value: unknown, path: Path): Path[] {
  if (typeof value !== 'object' || value === null) return [path]
  const children = Array.isArray(value) ? [...value.entries()] : Object.entries(value)
  return [path, ...children.flatMap(([step, child]) => nodesOf(child, [...path, step]))]
}

function isMapping(path: Path): boolean {
  const value = path.reduce<unknown>((inner, step) => Object(inner)[step], WHOLE)
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A mapping whose names are the schema's and not the author's. */
function isStrict(path: Path): boolean {
  return (
    isMapping(path) &&
    !['attributes', 'grants', 'sessionTags', 'Condition', 'StringLike'].includes(
      String(path.at(-1)),
    )
  )
}

function change(value: unknown, [step, ...rest]: Path, edit: (inner: unknown) => unknown): unknown {
  if (step === undefined) return edit(value)
  if (Array.isArray(value))
    return value.map((item, index) => (index === step ? change(item, rest, edit) : item))
  return { ...Object(value), [step]: change(Object(value)[step], rest, edit) }
}
