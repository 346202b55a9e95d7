/** Compiles the tenant document of a game with one identity pool, with some fields replaced. */
import { compileTenant } from '../../../packages/core/src/document/index.ts'
import { GUEST_ROLE, POOL_ROLE, poolDocument } from '../../fixtures/pool-document.ts'

export type Fields = Parameters<typeof poolDocument>[0]

export function compileGame(pool?: Fields, fields?: Fields) {
  return compileTenant(JSON.stringify(poolDocument(pool, fields)), 'game.json')
}

export function gameErrors(pool?: Fields, fields?: Fields) {
  return compileGame(pool, fields).errors.map(({ path, message }) => `${path}: ${message}`)
}

/** Grants of the example, of which the guests' one has more fields. */
export function guestsWith(fields: Fields) {
  const policy = [{ Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }]
  return {
    grants: {
      player: { role: POOL_ROLE, policy },
      guest: { role: GUEST_ROLE, policy, ...fields },
    },
  }
}
