/** Which attributes a grant uses: only these are read, so that no other claim causes a refusal. */
import type { CompiledGrant } from '../model/compiled-tenant.ts'
import { slotsOf } from './template.ts'

type Templates = Pick<
  CompiledGrant,
  'sessionName' | 'sourceIdentity' | 'sessionTags' | 'statements'
>

const known = new WeakMap<CompiledGrant, ReadonlySet<string>>()

/** Found once for each grant that a store returns, because its whole policy is searched. */
export function attributesOfGrant(grant: CompiledGrant): ReadonlySet<string> {
  const used = known.get(grant) ?? findUsedAttributes(grant)
  known.set(grant, used)
  return used
}

export function findUsedAttributes({
  sessionName,
  sourceIdentity,
  sessionTags,
  statements,
}: Templates): ReadonlySet<string> {
  return new Set(slotsOf(JSON.stringify([statements, sessionName, sourceIdentity, sessionTags])))
}
