/**
 * For every user, grant, object and action: Ceph allows exactly what the document says, and what
 * the broker's evaluator of policies allows.
 */
import { ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { CephEnvironment, SessionKeys } from './ceph-environment.ts'
import { BUCKET, ROLES, type Statement, TENANTS } from './ceph-tenants.ts'
import { describeAtCeph } from './describe-at-ceph.ts'
import { evaluatedOutcome } from './evaluated-outcome.ts'
import { fillSlots, isAllowed, type S3Request } from './expected-decision.ts'
import { type Cell, drawMatrix } from './matrix-table.ts'
import { OBJECT_KEYS } from './object-keys.ts'
import * as s3 from './s3-actions.ts'
import { SESSIONS, type WantedSession } from './sessions.ts'
import { USERS } from './users.ts'

describeAtCeph('sessions at Ceph', {}, (environment) => {
  const cells: Cell[] = []

  beforeAll(async () => {
    await Promise.all(OBJECT_KEYS.map((key) => s3.seed(environment().owner, key)))
  }, 120_000)
  afterAll(() => {
    if (cells.length > 0) console.log(`\n${drawMatrix(cells, environment().ceph.version)}\n`)
  })

  it.each(SESSIONS)('$name', async (wanted) => {
    const session = s3.connectS3(environment().ceph.endpoint, await obtain(environment(), wanted))
    const found = await Promise.all(OBJECT_KEYS.map((key) => cellsOf(wanted, key, session)))
    session.destroy()
    cells.push(...found.flat())
    expect(found.flat().filter((cell) => cell.found !== cell.expected)).toEqual([])
    expect(found.flat().filter((cell) => cell.found !== cell.evaluated)).toEqual([])
  })

  it('no session created or removed an object', async () => {
    const list = new ListObjectsV2Command({ Bucket: BUCKET })
    const { Contents = [] } = await environment().owner.send(list)
    expect(Contents.map(({ Key }) => Key).sort()).toEqual([...OBJECT_KEYS].sort())
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
  async function cellsOf(wanted: WantedSession, key: string, session: S3Client): Promise<Cell[]> {
    const row: Cell[] = []
    for (const action of s3.ACTIONS) {
      const found = await s3.attempt(action, key, session, environment().owner)
      const { request, policies } = requestOf(wanted, action, key)
      const expected = isAllowed(request, policies) ? 'allowed' : 'denied'
      const evaluated = evaluatedOutcome(request, policies)
      row.push({ session: wanted.name, key, action, found, expected, evaluated })
    }
    return row
  }
})

async function obtain(
  { tokenOf, requestCredentials, assumeRole }: CephEnvironment,
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
