/** Finds conditions that use a claim as another type than identity providers usually send. */
import { explainExpression } from '../document/hints/explain-expression.ts'
import { listType, STRING } from '../expression/cel-types.ts'
import { checkExpression } from '../expression/check-expression.ts'
import { referencedClaims } from '../expression/claim-paths.ts'
import type { LintRule } from './lint-context.ts'

const LISTS = [
  ...['groups', 'roles', 'permissions', 'entitlements'],
  // RFC 8176; Amazon Cognito; Entra ID.
  ...['amr', 'cognito:groups', 'cognito:roles', 'wids'],
]
const TEXTS = [
  // OpenID Connect Core §5.1.
  ...['name', 'given_name', 'family_name', 'nickname', 'preferred_username', 'email', 'locale'],
  // RFC 9068 and RFC 8693: a list of scopes is one text with spaces.
  ...['scope', 'client_id', 'azp', 'acr', 'jti', 'sid'],
  // Entra ID; Google; Auth0.
  ...['oid', 'tid', 'upn', 'hd', 'org_id'],
]
const USUAL_TYPES = new Map([
  ...LISTS.map((name) => [`claims.${name}`, listType(STRING)] as const),
  ...TEXTS.map((name) => [`claims.${name}`, STRING] as const),
])

/**
 * The type of a claim is known only when a token arrives: with another one, a condition is an error
 * then, or never true, so nobody gets the grant. Not of SAML, whose attributes are text or lists.
 */
export const checkClaimTypes: LintRule = ({ document }, report) => {
  const { issuers, rules, attributes = {} } = document
  if (issuers.some(({ verify }) => verify !== undefined && verify.kind === 'saml')) return
  const check = (
    expression: string | undefined,
    resultType: 'bool' | 'string',
    path: readonly (string | number)[],
  ) => {
    if (expression === undefined || checkExpression(expression, resultType) !== undefined) return
    const problem = checkExpression(expression, resultType, USUAL_TYPES)
    if (problem === undefined) return
    const { reason, hint } = explainExpression(expression, resultType, problem, USUAL_TYPES)
    const message = `${describeTypes(expression)}: ${reason}`
    report('claim-type', path, message, splitScope(expression, resultType) ?? hint)
  }
  for (const [index, { member }] of issuers.entries())
    check(member, 'bool', ['issuers', index, 'member'])
  for (const [name, { from }] of Object.entries(attributes))
    check(from, 'string', ['attributes', name, 'from'])
  for (const [index, { when }] of rules.entries()) check(when, 'bool', ['rules', index, 'when'])
}

/** `contains` would also find a part of another scope. */
function splitScope(expression: string, resultType: 'bool' | 'string'): string | undefined {
  const text = expression.replace(/\bin claims\.scope\b(?!\.)/g, 'in claims.scope.split(" ")')
  const isCorrected =
    text !== expression && checkExpression(text, resultType, USUAL_TYPES) === undefined
  return isCorrected ? `scopes are separated by spaces; write: ${text}` : undefined
}

function describeTypes(expression: string): string {
  const names = new Set(referencedClaims(expression).map(([name = '']) => name))
  const of = (usual: readonly string[], what: string) =>
    usual.filter((name) => names.has(name)).map((name) => `claims.${name} is usually ${what}`)
  return [...of(LISTS, 'a list'), ...of(TEXTS, 'one text')].join(', and ')
}
