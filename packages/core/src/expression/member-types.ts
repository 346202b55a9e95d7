/** The types of what conditions read of a request, of actors and of identities. */
import { MAX_ACTORS } from '../model/actor.ts'
import type { ASTNode } from './cel-ast.ts'
import { BOOL, DYN, INT, listType, mapType, STRING, type StaticType } from './cel-types.ts'

export const REQUEST_MEMBERS = ['ip', 'endpoint']
export const ACTOR: StaticType = mapType(STRING, DYN)
/** The members of `actor`; the last one is who acted before. */
const ACTOR_MEMBERS = new Map<string, StaticType>([
  ['issuer', STRING],
  ['subject', STRING],
  ['claims', mapType(STRING, DYN)],
  ['actor', ACTOR],
])
/** The members of `identity`, of a caller of an identity pool. */
const IDENTITY_MEMBERS = new Map<string, StaticType>([
  ['id', STRING],
  ['provider', STRING],
  ['logins', listType(STRING)],
  ['guest', BOOL],
  ['createdAt', INT],
])
export function typeOfIdentityMember(name: string): StaticType {
  const type = IDENTITY_MEMBERS.get(name)
  if (type !== undefined) return type
  const members = 'id, provider, logins, guest or createdAt'
  throw new Error(`an identity has no member ${name}; use ${members}`)
}

/** How many actors lead to this one: 1 for `actor`, 2 for `actor.actor`; 0 for anything else. */
export function actorDepth(node: ASTNode): number {
  if (node.op === 'id') return node.args === 'actor' ? 1 : 0
  if (node.op !== '.' || node.args[1] !== 'actor') return 0
  const depth = actorDepth(node.args[0])
  return depth === 0 ? 0 : depth + 1
}

export function typeOfActorMember(name: string, depth: number): StaticType {
  const type = ACTOR_MEMBERS.get(name)
  if (type === undefined)
    throw new Error(`an actor has no member ${name}; use issuer, subject, claims or actor`)
  if (name === 'actor' && depth === MAX_ACTORS)
    throw new Error(`a request has at most ${MAX_ACTORS} actors`)
  return type
}
