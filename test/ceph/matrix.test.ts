/**
 * For every user, grant, object and action: Ceph allows exactly what the document says, what the
 * broker's evaluator of policies allows, and what the local S3 allows.
 */
import { ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { BrokerRequests, SessionKeys } from './ceph-environment.ts'
import { BUCKET, ROLES, type Statement, TENANTS } from './ceph-tenants.ts'
import { describeAtCeph } from './describe-at-ceph.ts'
import { evaluatedOutcome } from './evaluated-outcome.ts'
import { fillSlots, isAllowed, type S3Request } from './expected-decision.ts'
import { type LocalCounterpart, startLocalCounterpart } from './local-counterpart.ts'
import { type Cell, drawMatrix } from './matrix-table.ts'
import { OBJECT_KEYS } from './object-keys.ts'
import * as s3 from './s3-actions.ts'
import { SESSIONS, type WantedSession } from './sessions.ts'
import { USERS } from './users.ts'

describeAtCeph('sessions at Ceph', {}, (environment) => {
  const cells: Cell[] = []
  let local: LocalCounterpart

  beforeAll(async () => {
    local = await startLocalCounterpart(environment())
    for (const { owner } of [environment(), local])
      await Promise.all(OBJECT_KEYS.map((key) => s3.seed(owner, key)))
  }, 120_000)
  afterAll(async () => {
    if (cells.length > 0) console.log(`\n${drawMatrix(cells, environment().ceph.version)}\n`)
    await local.stop()
  })

  it.each(SESSIONS)('$name', async (wanted) => {
    const places: Places = {
      ceph: s3.connectS3(environment().ceph.endpoint, await obtain(environment(), wanted)),
      local: s3.connectS3(local.endpoint, await obtain(local, wanted)),
    }
    const found = await Promise.all(OBJECT_KEYS.map((key) => cellsOf(wanted, key, places)))
    for (const client of Object.values(places)) client.destroy()
    cells.push(...found.flat())
    expect(found.flat().filter((cell) => cell.found !== cell.expected)).toEqual([])
    expect(found.flat().filter((cell) => cell.found !== cell.evaluated)).toEqual([])
    expect(found.flat().filter((cell) => cell.found !== cell.local)).toEqual([])
  })

  it('no session created or removed an object', async () => {
    for (const { owner } of [environment(), local]) {
      const list = new ListObjectsV2Command({ Bucket: BUCKET })
      const { Contents = [] } = await owner.send(list)
      expect(Contents.map(({ Key }) => Key).sort()).toEqual([...OBJECT_KEYS].sort())
    }
  })

  it('every action was allowed somewhere, and every session but two allowed something', () => {
    const allowed = cells.filter(({ found }) => found === 'allowed')
    expect(new Set(allowed.map(({ action }) => action))).toEqual(new Set(s3.ACTIONS))
    const withoutAny = SESSIONS.filter(
      ({ name }) => !allowed.some(({ session }) => session === name),
    )
    expect(withoutAny.map(({ name }) => name)).toEqual(['odd tagged', 'alice nothing'])
  })

  /** Tries one action after the other, because some of them change the object. */
  async function cellsOf(wanted: WantedSession, key: string, places: Places): Promise<Cell[]> {
    const row: Cell[] = []
    for (const action of s3.ACTIONS) {
      const found = await s3.attempt(action, key, places.ceph, environment().owner)
      const foundLocally = await s3.attempt(action, key, places.local, local.owner)
      const { request, policies } = requestOf(wanted, action, key)
      const expected = isAllowed(request, policies) ? 'allowed' : 'denied'
      const evaluated = evaluatedOutcome(request, policies)
      row.push({
        ...{ session: wanted.name, key, action, found, expected, evaluated },
        local: foundLocally,
      })
    }
    return row
  }
})

/** A client with the same session at each of them. */
interface Places {
  readonly ceph: S3Client
  readonly local: S3Client
}

async function obtain(
  { tokenOf, requestCredentials, assumeRole }: BrokerRequests,
  wanted: WantedSession,
): Promise<SessionKeys> {
  const user = USERS[wanted.user]
  const { grant, statements, policy } = wanted
  if (policy) return assumeRole(await tokenOf(user), user.tenant, grant, policy)
  const { credentials, audit } = await requestCredentials(await tokenOf(user), {
    grant,
    ...(statements ? { statements } : {}),
  })
  if (!credentials)
    throw new Error(`The broker refused "${wanted.name}": ${audit.code}, ${audit.reason}`)
  return credentials
}

/** The request to S3 with the session's tags, and the policies that must allow it. */
function requestOf(
  { user, grant, statements, policy }: WantedSession,
  action: s3.Action,
  key: string,
): { request: S3Request; policies: readonly (readonly Statement[])[] } {
  const { tenant, ...values } = USERS[user]
  const granted = TENANTS[tenant][grant]
  const role = ROLES[granted?.role.split('/').at(-1) ?? '']
  if (!granted || !role) throw new Error(`The tenant ${tenant} has no grant ${grant} with a role.`)
  const kept = granted.policy.filter(
    ({ Sid = '', Effect }) => Effect === 'Deny' || (statements ?? [Sid]).includes(Sid),
  )
  const { context, ...request } = s3.requestOf(action, key)
  const tags = 'sessionTags' in granted ? { 'aws:PrincipalTag/team': values.team } : {}
  const policies = [role.policy, fillSlots(kept, values), ...(policy ? [policy] : [])]
  return { request: { ...request, context: { ...context, ...tags } }, policies }
}
