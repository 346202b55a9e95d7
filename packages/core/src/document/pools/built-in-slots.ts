/** The built-in values of a document with identity pools, and where templates may use them. */
import type { CompiledGrant, PolicyStatement } from '../../model/compiled-tenant.ts'
import { IDENTITY_ID_PATTERN } from '../../model/identity-pool.ts'
import type { BuiltInValue } from '../../model/names.ts'
import { slotsOf } from '../../policy/template.ts'
import type { DocumentPath, Report } from '../document-problem.ts'
import { type PatternAnalysis, readPattern } from '../pattern/read-pattern.ts'
import type { PlacedPool } from './compile-pools.ts'

const PRINCIPAL_TAG = /aws:principaltag/i

/** The form of the values that callers of the pools can have. */
export function builtInValues(
  pools: readonly PlacedPool[],
): ReadonlyMap<BuiltInValue, PatternAnalysis> {
  const analysis = readPattern(IDENTITY_ID_PATTERN)
  if ('hint' in analysis) throw new Error(`The pattern of ids is not valid: ${analysis.message}`)
  const values = new Map<BuiltInValue, PatternAnalysis>()
  if (pools.length > 0) values.set('identity', analysis)
  if (pools.some(hasClaims)) values.set('guest', analysis)
  return values
}

/** Guests that are switched off may have been claimed a moment ago. */
function hasClaims({ pool: { linking, upgrade }, guestGrant }: PlacedPool): boolean {
  return linking && upgrade === 'separate' && guestGrant !== undefined
}

/**
 * `{{guest}}` is for a statement that is present in the sessions of some callers: a session without
 * its `Deny` would allow more, and one without a tag or a name would not be the same session.
 */
export function checkBuiltInSlots(
  grants: Readonly<Record<string, CompiledGrant>>,
  report: Report,
): void {
  for (const [name, grant] of Object.entries(grants)) {
    // Each problem of an intersection is one of its two grants too.
    if (grant.intersectionOf) continue
    const path = ['grants', name]
    for (const [index, statement] of grant.statements.entries())
      checkStatement(statement, [...path, 'policy', index], report)
    for (const [at, template] of labelsOf(grant))
      if (slotsOf(template).includes('guest'))
        report(
          [...path, ...at],
          '{{guest}} is available in statements only: most sessions have no such value',
          'use {{identity}}, or an attribute',
        )
  }
}

function checkStatement(statement: PolicyStatement, path: DocumentPath, report: Report): void {
  const text = JSON.stringify(statement)
  const slots = slotsOf(text)
  if (!slots.includes('guest')) return
  if (statement.Effect === 'Deny')
    report(
      path,
      'a Deny with {{guest}} would be missing in sessions that have no such value',
      'write an Allow statement, or a Deny without {{guest}}',
    )
  // A tag of the session may have the value of {{identity}}.
  if (slots.includes('identity') || PRINCIPAL_TAG.test(text))
    report(
      path,
      'a statement with {{guest}} and also {{identity}} or a principal tag would mix what two ' +
        'callers reach',
      'write one statement for each of them',
    )
}

function labelsOf(grant: CompiledGrant): [at: DocumentPath, template: string][] {
  const { sessionName, sourceIdentity = '', sessionTags } = grant
  return [
    [['sessionName'], sessionName],
    [['sourceIdentity'], sourceIdentity],
    ...Object.entries(sessionTags).map(([key, template]): [DocumentPath, string] => [
      ['sessionTags', key],
      template,
    ]),
  ]
}
