/** A broker with linked identities, whose explanations of requests to its pool are compared. */
import { expect } from 'vitest'
import { type PoolBroker, startPoolBroker } from '../fixtures/pool-broker.ts'
import { GUEST_ROLE, POOL_ID, POOL_ROLE } from '../fixtures/pool-document.ts'

/** Of the page that the tenant allows. */
export const ORIGIN = 'https://play.example'
export const NO_ID = 'eu-central-1:00000000-0000-0000-0000-000000000000'

/** @param file where it keeps the identities */
export function startExplainingBroker(file: string): Promise<PoolBroker> {
  return startPoolBroker(
    { pool: { linking: true }, document: gameFields() },
    { environment: { BROKER_IDENTITIES_FILE: file } },
  )
}

/** Users and guests have their own objects; users read those of the guest that they were. */
function gameFields() {
  const objects = (Action: string, owner: string) => ({
    ...{ Effect: 'Allow', Action, Resource: `arn:aws:s3:::game/players/${owner}/*` },
  })
  return {
    allowedOrigins: [ORIGIN],
    rules: [
      { name: 'suspended', deny: true, when: 'claims.status == "suspended"' },
      { name: 'players', when: 'claims.blocked != true || !has(claims.blocked)', grant: 'player' },
    ],
    grants: {
      player: {
        role: POOL_ROLE,
        policy: [objects('s3:PutObject', '{{identity}}'), objects('s3:GetObject', '{{guest}}')],
      },
      guest: { role: GUEST_ROLE, duration: '15m', policy: [objects('s3:*', '{{identity}}')] },
    },
  }
}

/** The explanation of a request to the pool. */
export async function explainIn(broker: PoolBroker, fields: object) {
  const response = await broker.post('/v1/explain', undefined, { pool: POOL_ID, ...fields })
  expect(response.status).toBe(200)
  return JSON.parse(response.body)
}

/** The identity that gets credentials for the real request. */
export async function credentialsIn(broker: PoolBroker, Logins: object, IdentityId = NO_ID) {
  const { status, json } = await broker.call('GetCredentialsForIdentity', { IdentityId, Logins })
  expect(status).toBe(200)
  return { id: json.IdentityId }
}
