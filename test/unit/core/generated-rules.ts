/** Generated rules of a tenant, and claims that some of their conditions match. */
import fc from 'fast-check'

const name = fc.constantFrom('red', 'blue', '__proto__', 'constructor', 'length', '0')
const claim = fc.constantFrom(
  'claims.team',
  'claims.groups',
  'claims["https://a.example/x.y"]',
  'claims.at.level',
)
const literal = name.map((value) => JSON.stringify(value))
const comparison = fc.oneof(
  fc.tuple(claim, literal).map(([path, value]) => `${path} == ${value}`),
  fc.tuple(claim, literal).map(([path, value]) => `${value} == ${path}`),
  fc.tuple(claim, literal).map(([path, value]) => `${value} in ${path}`),
  fc.tuple(claim, literal).map(([path, value]) => `${path} != ${value}`),
  fc.constantFrom(
    'true',
    'has(claims.team)',
    '!has(claims.team)',
    'issuer == "i"',
    'claims.team == claims.groups',
  ),
)
const condition = fc.oneof(
  comparison,
  fc.tuple(comparison, comparison).map(([left, right]) => `${left} && ${right}`),
  fc.tuple(comparison, comparison).map(([left, right]) => `${left} || ${right}`),
  fc.tuple(comparison, comparison, comparison).map(([a, b, c]) => `(${a} || ${b}) && ${c}`),
  fc.tuple(comparison, comparison).map(([left, right]) => `!(${left}) && ${right}`),
  fc.tuple(comparison, comparison).map(([left, right]) => `${left} ? ${right} : true`),
)
const value = fc.oneof(
  name,
  fc.array(name, { maxLength: 3 }),
  fc.dictionary(name, name, { maxKeys: 2 }),
  fc.integer(),
)
export const generatedClaims = fc.record(
  {
    team: value,
    groups: value,
    'https://a.example/x.y': value,
    at: fc.record({ level: value }, { requiredKeys: [] }),
  },
  { requiredKeys: [] },
)
export const generatedRules = fc.array(
  fc.record({
    when: fc.option(condition, { nil: undefined }),
    grant: fc.constantFrom('one', 'two'),
  }),
  { minLength: 16, maxLength: 24 },
)
