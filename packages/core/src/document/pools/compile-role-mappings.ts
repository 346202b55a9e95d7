/** Compiles how a pool chooses roles, in the way of Amazon Cognito. */
import { canonicalProvider, type RoleMapping } from '../../model/identity-pool.ts'
import type { DocumentPath, Report } from '../document-problem.ts'
import type { PoolDocument, RoleMappingDocument } from './pool-schema.ts'

/** @returns undefined where there are none; the names of the providers are canonical */
export function compileRoleMappings(
  document: PoolDocument,
  path: DocumentPath,
  report: Report,
): Readonly<Record<string, RoleMapping>> | undefined {
  const { roleMappings, logins = {}, classicFlow } = document
  if (roleMappings === undefined) return undefined
  // As in Cognito: with the pool's own token, a user assumes any role that trusts the pool.
  if (classicFlow !== undefined)
    report(
      [...path, 'classicFlow'],
      'the classic flow is not available with role mappings, which it would bypass',
      'remove classicFlow or roleMappings',
    )
  const providers = Object.keys(logins).map(canonicalProvider)
  const mappings: Record<string, RoleMapping> = {}
  for (const [name, mapping] of Object.entries(roleMappings)) {
    const at = [...path, 'roleMappings', name]
    const provider = canonicalProvider(name)
    if (!providers.includes(provider))
      report(
        at,
        `${name} is not a provider in the logins of this pool`,
        `write one of: ${providers.join(', ')}`,
      )
    if (Object.hasOwn(mappings, provider))
      report(at, `${name} has two role mappings`, 'keep one of them')
    mappings[provider] = compileMapping(mapping, document, at, report)
  }
  return mappings
}

function compileMapping(
  { type, ambiguous, rules }: RoleMappingDocument,
  { authenticatedRole }: PoolDocument,
  path: DocumentPath,
  report: Report,
): RoleMapping {
  if ((type === 'rules') !== (rules !== undefined))
    report(
      [...path, 'rules'],
      type === 'rules' ? 'a mapping of type rules has no rules' : 'type: token has no rules',
      type === 'rules' ? 'write rules' : 'write type: rules, or remove the rules',
    )
  if (ambiguous === 'authenticated-role' && authenticatedRole === undefined)
    report(
      [...path, 'ambiguous'],
      'ambiguous: authenticated-role needs authenticatedRole, which the pool does not have',
      'write authenticatedRole with the ARN of a role, or ambiguous: deny',
    )
  return {
    ambiguous,
    ...(rules === undefined
      ? {}
      : { rules: rules.map(({ role, ...rule }) => ({ ...rule, roleArn: role })) }),
  }
}
