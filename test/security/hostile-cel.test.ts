/** Deep, long or costly CEL is refused, or evaluated in bounded time and memory. */
import { compileTenant } from '@token-broker/core/document'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { type Attack, CLASS_TIMEOUT, HOSTILE_RUNS, measure, sendAll, startClass } from './attack.ts'
import { startTarget } from './target.ts'

it('refuses expressions beyond its limits', CLASS_TIMEOUT, async ({ task }) => {
  const attackClass = startClass(task.meta, 'CEL: expressions')
  const count = fc.integer({ min: 40, max: 400 })
  const nested = fc.tuple(
    fc.constantFrom(['(', ')'], ['[', ']'], ['{"a":', '}'], ['size(', ')']),
    count,
  )
  const deep = nested.map(
    ([[open, close], depth]) => `${open?.repeat(depth)}claims.a${close?.repeat(depth)} == true`,
  )
  const long = fc
    .integer({ min: 1_001, max: 100_000 })
    .map((length) => `claims.a == "${'a'.repeat(length)}"`)
  const wide = fc.integer({ min: 301, max: 500 }).map((length) => Array(length).fill('1').join('+'))
  const costly = fc
    .tuple(fc.constantFrom(...COSTLY), fc.stringMatching(/^[a-z]{1,8}$/))
    .map(([make, name]) => make(name))
  const property = fc.asyncProperty(fc.oneof(deep, long, wide, costly), async (expression) => {
    const { errors } = await measure(
      attackClass,
      () => compileTenant(documentOf([expression], 'https://id.example'), 'costly.yaml'),
      ({ tenant }) => (tenant === undefined ? 'does not compile' : 'compiles'),
    )
    expect(errors.map(({ path }) => path)).toContain('rules[0].when')
  })
  await fc.assert(property, { numRuns: HOSTILE_RUNS })
})

const COSTLY: readonly ((name: string) => string)[] = [
  (name) => `claims.${name}.matches("(a+)+$")`,
  (name) => `"a".matches(claims.${name})`,
  (name) => `matches(claims.${name}, "a")`,
  (name) => `claims.${name}.map(x, claims.b).join("") == ""`,
  (name) => `claims.${name}.join(claims.b) == ""`,
  (name) => `claims.${name}.exists(x, claims.b.exists(y, x == y))`,
  (name) => `claims.${name}.exists(x, claims.b.filter(y, claims.c.all(z, z == y)) == [])`,
  (name) => `claims.${name}.exists(x, x.split("") == [])`,
  (name) => `(claims.${name} + claims.${name}).all(x, true)`,
  (name) => `claims.${name}.split("").filter(x, true).exists(x, claims.b.split(x) == [])`,
  (name) => `timestamp(claims.${name}) == timestamp(0)`,
  (name) => `undeclared.${name} == 1`,
]

it(
  'evaluates compiled expressions in bounded time and memory with any claims',
  CLASS_TIMEOUT,
  async ({ task }) => {
    const conditions = [
      'claims.l.exists(x, claims.b.contains(x))',
      'claims.l.exists(x, claims.b.indexOf("bbbbbbbbbbbbbbbbbbbba") == 1)',
      'claims.l.exists(x, claims.l + claims.l == claims.l)',
      'claims.l.exists(x, claims.b + claims.b + x == claims.b)',
      'claims.l.exists(x, claims.b.upperAscii() == x)',
      'claims.l.exists(x, "c" in claims.l)',
      'claims.l.filter(x, claims.b.endsWith(x + "c")).exists(x, true)',
      'claims.b.split("").exists(x, claims.b.contains(x + "c"))',
      Array(20).fill('claims.l.exists(x, claims.b.contains(x + "c"))').join('||'),
      'int(claims.digits) == 1',
      'double(claims.digits) == 1.0 && false',
      'claims.deep.a.a.a.a.a.a.a.a == 1',
      'claims.l == 1',
      'claims.nothing.at.all',
      'claims["__proto__"]["polluted"] == true',
      '1 / 0 == 1',
      'claims.l[99999999] == 1',
      '9223372036854775807 + 1 == 0',
    ]
    const target = await startTarget((issuer) => [documentOf(conditions, issuer)])
    const { broker, issuer, claims } = target
    const hostile = await issuer.sign({
      ...claims(),
      aud: 'costly-app',
      l: Array(1_500).fill('a'),
      b: 'b'.repeat(4_000),
      digits: '9'.repeat(2_000),
      deep: JSON.parse(`${'{"a":'.repeat(20)}1${'}'.repeat(20)}`),
    })
    const attacks = conditions.map(
      (condition, index): Attack => ({
        name: condition,
        codes: ['access_denied'],
        // The operator may read 64 characters of a claim that a condition compares.
        canaries: ['b'.repeat(65), '9'.repeat(65)],
        responseCanaries: ['bbbbbbbb', '99999999'],
        send: async () => {
          const { status, body } = await broker.post('/v1/credentials', hostile, {
            tenant: 'costly',
            grant: `g${index}`,
          })
          return { status, text: body }
        },
      }),
    )
    await sendAll(task.meta, 'CEL: evaluation', target, attacks)
  },
)

/** A tenant with one grant per condition. */
function documentOf(conditions: readonly string[], issuer: string): string {
  return JSON.stringify({
    tenant: 'costly',
    issuers: [{ issuer, audiences: ['costly-app'] }],
    rules: conditions.map((when, index) => ({ name: `r${index}`, when, grant: `g${index}` })),
    grants: Object.fromEntries(
      conditions.map((_, index) => [
        `g${index}`,
        { role: 'arn:aws:iam::111122223333:role/costly' },
      ]),
    ),
  })
}
