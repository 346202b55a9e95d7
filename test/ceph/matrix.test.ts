/** Every user, grant, object and action at Ceph: what the credentials can do is exactly what the tenant document says. */
import { ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type SessionKeys, startWorld, type World } from './ceph-environment.ts'
import { cephIsMissing } from './ceph-is-missing.ts'
import { KEYS } from './ceph-signing-keys.ts'
import { BUCKET, ROLES, TENANTS } from './ceph-tenants.ts'
import { fillSlots, isAllowed } from './expected-decision.ts'
import { type Cell, drawMatrix } from './matrix-table.ts'
import {
  ACTIONS,
  type Action,
  attempt,
  connectS3,
  type Outcome,
  requestOf,
  seed,
} from './s3-actions.ts'
import { SESSIONS, type WantedSession } from './sessions.ts'
import { USERS } from './users.ts'

describe.skipIf(cephIsMissing())('sessions at Ceph', { timeout: 120_000 }, () => {
  const cells: Cell[] = []
  let world: World

  beforeAll(async () => {
    world = await startWorld()
    await Promise.all(KEYS.map((key) => seed(world.owner, key)))
  }, 120_000)
  afterAll(async () => {
    await world?.stop()
    if (cells.length > 0) console.log(`\n${drawMatrix(cells, world.ceph.version)}\n`)
  }, 60_000)

  it.each(SESSIONS)('$name', async (wanted) => {
    const session = connectS3(world.ceph.endpoint, await obtain(world, wanted))
    const found = await Promise.all(KEYS.map((key) => cellsOf(wanted, key, session)))
    session.destroy()
    cells.push(...found.flat())
    expect(found.flat().filter((cell) => cell.found !== cell.expected)).toEqual([])
  })

  it('no session made or lost an object', async () => {
    const { Contents = [] } = await world.owner.send(new ListObjectsV2Command({ Bucket: BUCKET }))
    expect(Contents.map(({ Key }) => Key).sort()).toEqual([...KEYS].sort())
  })

  it('each action was allowed to somebody, and each session but the empty one could do something', () => {
    const allowed = cells.filter(({ found }) => found === 'allowed')
    expect(new Set(allowed.map(({ action }) => action))).toEqual(new Set(ACTIONS))
    const withoutAny = SESSIONS.filter(
      ({ name }) => !allowed.some(({ session }) => session === name),
    )
    expect(withoutAny.map(({ name }) => name)).toEqual(['odd tagged', 'alice nothing'])
  })

  /** One action after another, since some change the object. */
  async function cellsOf(wanted: WantedSession, key: string, session: S3Client): Promise<Cell[]> {
    const row: Cell[] = []
    for (const action of ACTIONS) {
      const found = await attempt(action, key, session, world.owner)
      row.push({
        session: wanted.name,
        key,
        action,
        found,
        expected: expectedOutcome(wanted, action, key),
      })
    }
    return row
  }
})

async function obtain(
  { tokenOf, ask, assume }: World,
  wanted: WantedSession,
): Promise<SessionKeys> {
  const user = USERS[wanted.user]
  const { grant, statements, policy } = wanted
  if (policy) return assume(await tokenOf(user), user.tenant, grant, policy)
  const { credentials, audit } = await ask(await tokenOf(user), {
    grant,
    ...(statements ? { statements } : {}),
  })
  if (!credentials) throw new Error(`${wanted.name} was refused: ${audit.code}, ${audit.reason}`)
  return credentials
}

function expectedOutcome(
  { user, grant, statements, policy }: WantedSession,
  action: Action,
  key: string,
): Outcome {
  const { tenant, ...values } = USERS[user]
  const granted = TENANTS[tenant][grant]
  const role = ROLES[granted?.role.split('/').at(-1) ?? '']
  if (!granted || !role) throw new Error(`there is no grant ${grant}`)
  const kept = granted.policy.filter(
    ({ Sid = '', Effect }) => Effect === 'Deny' || (statements ?? [Sid]).includes(Sid),
  )
  const { context, ...request } = requestOf(action, key)
  const tags = 'sessionTags' in granted ? { 'aws:PrincipalTag/team': values.team } : {}
  const policies = [role.policy, fillSlots(kept, values), ...(policy ? [policy] : [])]
  return isAllowed({ ...request, context: { ...context, ...tags } }, policies)
    ? 'allowed'
    : 'denied'
}
