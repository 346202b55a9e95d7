/** Finds grants that allow nothing, and grants that no caller gets. */
import { grantsOfRule } from '../document/compile-rules.ts'
import type { LintRule } from './lint-context.ts'

export const checkGrants: LintRule = ({ document }, report) => {
  const { rules, identityPools = [] } = document
  const ofGuests = identityPools.flatMap(({ guests }) => guests?.grant ?? [])
  const used = new Set([...rules.flatMap(grantsOfRule), ...ofGuests])
  // The compile step reports such a name, and this grant may be the one that is meant.
  const isMisspelt = [...used].some((name) => !Object.hasOwn(document.grants, name))
  for (const [name, { policy = [] }] of Object.entries(document.grants)) {
    if (!policy.some(({ Effect }) => Effect === 'Allow'))
      report(
        'grant-without-policy',
        ['grants', name, ...(policy.length > 0 ? ['policy'] : [])],
        `the grant ${name} allows nothing: without an Allow statement, the session may do nothing`,
        'write a statement with Effect: Allow, or remove the grant',
      )
    if (!used.has(name) && !isMisspelt)
      report(
        'unused-grant',
        ['grants', name],
        `no rule leads to the grant ${name}, and no guests have it, so no caller gets it`,
        `write a rule with grant: ${name}, or remove the grant`,
      )
  }
}
