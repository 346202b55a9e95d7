/** The parts of a resource or condition value: literal text, wildcards and variables. */
import { expect, it } from 'vitest'
import {
  type PolicyTextPart,
  splitPolicyText,
} from '../../../packages/core/src/policy/policy-text.ts'

const literal = (text: string): PolicyTextPart => ({ kind: 'literal', text })
const STAR: PolicyTextPart = { kind: 'wildcard', text: '*' }
const variable = (key: string, defaultValue?: string): PolicyTextPart => ({
  kind: 'variable',
  text: `\${${key}${defaultValue === undefined ? '' : `, '${defaultValue}'`}}`,
  key,
  ...(defaultValue === undefined ? {} : { defaultValue }),
})

it.each<[string, readonly PolicyTextPart[]]>([
  ['', []],
  ['abc', [literal('abc')]],
  ['a\nb', [literal('a\nb')]],
  ['a*b', [literal('a'), STAR, literal('b')]],
  ['**', [STAR, STAR]],
  ['a?', [literal('a'), { kind: 'wildcard', text: '?' }]],
  // One literal, so that a text is compared as a whole.
  ['a${*}b${?}${$}', [literal('a*b?$')]],
  ['$', [literal('$')]],
  ['a$b$', [literal('a$b$')]],
  ['$$', [literal('$$')]],
  ['{a}', [literal('{a}')]],
  ['$a{b}', [literal('$a{b}')]],
  ['😀', [literal('😀')]],
  ['a/${aws:userid}/*', [literal('a/'), variable('aws:userid'), literal('/'), STAR]],
  ['${a:b}${c:d}', [variable('a:b'), variable('c:d')]],
  ['$${a:b}', [literal('$'), variable('a:b')]],
  ["${aws:PrincipalTag/team, 'none'}", [variable('aws:PrincipalTag/team', 'none')]],
  ["${a:b, ''}", [variable('a:b', '')]],
  ["${a:b, 'two words, and more'}", [variable('a:b', 'two words, and more')]],
  ["${a:b, 'x\ny'}", [variable('a:b', 'x\ny')]],
  ['${id.acme.example/x_1-y:sub}', [variable('id.acme.example/x_1-y:sub')]],
  ['${aws:PrincipalTag/the team}', [variable('aws:PrincipalTag/the team')]],
  ['${9:x}', [variable('9:x')]],
  ['${a:b:c}', [variable('a:b:c')]],
])('%j has the parts %j', (text, parts) => {
  // Strictly: an absent default value is not an empty one.
  expect(splitPolicyText(text)).toStrictEqual(parts)
})

it.each([
  ...['${', 'a${b', '${}', '${a}', '${a:}', '${:b}', '${a:b', '${ a:b}', '${a:b }', '${a: b}'],
  ...['${a b:c}', '${-a:b}', '${a:*}', '${a:b?}', '${a:$}', '${a:{b}}', '${a:${b:c}}'],
  ...['${a:b,c}', '${a:b, c}', "${a:b,'c'}", "${a:b,  'c'}", "${a:b, 'c}", "${a:b, c'}"],
  ...["${a:b, 'c' }", "${a:b, '*'}", "${a:b, 'c?'}", "${a:b, '$'}", "${a:b, '{'}", "${a:b, 'c''}"],
  ...['${a:b\n}', "${a'b:c}", '${a:b}${', '${**}', '${*', "${a:'}"],
])('%j contains something that is no variable', (text) => {
  expect(splitPolicyText(text)).toBeUndefined()
})
