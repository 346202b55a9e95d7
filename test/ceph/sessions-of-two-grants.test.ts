/** Sessions of two grants: Ceph allows exactly what the policies of both allow. */
import { beforeAll, expect, it } from 'vitest'
import { BUCKET, ROLES, type Statement, TENANTS } from './ceph-tenants.ts'
import { describeAtCeph } from './describe-at-ceph.ts'
import { evaluatedOutcome } from './evaluated-outcome.ts'
import { fillSlots, isAllowed } from './expected-decision.ts'
import { OBJECT_KEYS } from './object-keys.ts'
import * as s3 from './s3-actions.ts'
import { USERS } from './users.ts'

const OBJECTS = `arn:aws:s3:::${BUCKET}`
const allow = (Sid: string, Action: Statement['Action'], Resource: Statement['Resource']) => ({
  ...({ Sid, Effect: 'Allow' } as const),
  ...{ Action, Resource, shared: true },
})

/** Grants of an agent that reads, and of one that only writes below `2026`. */
const AGENTS: Readonly<Record<string, readonly Statement[]>> = {
  reader: [
    allow('Read', ['s3:Get*', 's3:List*'], [OBJECTS, `${OBJECTS}/*`]),
    {
      ...({ Sid: 'Closed', Effect: 'Deny' } as const),
      ...{ Action: 's3:*', Resource: `${OBJECTS}/acme/{{team}}/{{user}}/2026/*` },
    },
  ],
  writer: [
    allow('Write', ['s3:PutObject', 's3:DeleteObject'], `${OBJECTS}/acme/{{team}}/*`),
    {
      ...allow('List', 's3:ListBucket', OBJECTS),
      Condition: { StringLike: { 's3:prefix': 'acme/{{team}}/{{user}}/2026/*' } },
    },
  ],
}

const SESSIONS = [
  { user: 'alice', grants: ['own', 'team'] },
  { user: 'alice', grants: ['own', 'reader'] },
  { user: 'alice', grants: ['own', 'writer'] },
  { user: 'alice', grants: ['team', 'reader'] },
  { user: 'al', grants: ['own', 'reader'] },
  { user: 'odd', grants: ['own', 'writer'] },
  { user: 'odd', grants: ['own', 'reader'] },
] as const

const pairs = new Map(SESSIONS.map(({ grants }) => [grants.join('.'), grants]))
const extraGrants = {
  acme: {
    ...Object.fromEntries(
      Object.entries(AGENTS).map(([name, policy]) => [
        name,
        { role: 'arn:aws:iam:::role/acme-app', sessionName: name, policy },
      ]),
    ),
    ...Object.fromEntries([...pairs].map(([name, grants]) => [name, { grants }])),
  },
}

describeAtCeph('sessions of two grants at Ceph', extraGrants, (environment) => {
  beforeAll(async () => {
    await Promise.all(OBJECT_KEYS.map((key) => s3.seed(environment().owner, key)))
  }, 120_000)

  it.each(SESSIONS)('$user, $grants', async ({ user, grants }) => {
    const { tokenOf, requestCredentials, ceph } = environment()
    const grant = grants.join('.')
    const { credentials, audit } = await requestCredentials(await tokenOf(USERS[user]), { grant })
    expect(audit).toMatchObject({ outcome: 'issued', tenant: 'acme', rule: grant, grant })
    // The text with the odd name does not fit, so that it is in the digest only.
    if (user !== 'odd' && grants[1] in AGENTS)
      expect(audit.roleSessionName).toMatch(new RegExp(`^${user},${grants[1]}-[a-z2-7]{16}$`))
    if (!credentials) throw new Error(`The broker refused ${grant}: ${audit.reason}`)
    const session = s3.connectS3(ceph.endpoint, credentials)
    const found = await Promise.all(OBJECT_KEYS.map((key) => outcomesOf(user, grants, key)))
    session.destroy()
    const cells = found.flat()
    expect(cells.filter((cell) => cell.found !== cell.expected)).toEqual([])
    expect(cells.filter((cell) => cell.found !== cell.evaluated)).toEqual([])
    // Each grant alone allows more.
    for (const part of [0, 1])
      expect(cells.some((cell) => cell.found === 'denied' && cell.alone[part])).toBe(true)
    expect(cells.some((cell) => cell.found === 'allowed')).toBe(true)

    /** One action after the other, because some of them change the object. */
    async function outcomesOf(name: typeof user, both: typeof grants, key: string) {
      const row = []
      for (const action of s3.ACTIONS) {
        const outcome = await s3.attempt(action, key, session, environment().owner)
        const request = s3.requestOf(action, key)
        const policies = both.map((one) => fillSlots(policyOf(one), USERS[name]))
        const limits = [ROLES['acme-app']?.policy ?? [], ...policies]
        row.push({
          ...{ key, action, found: outcome },
          expected: isAllowed(request, limits) ? 'allowed' : 'denied',
          evaluated: evaluatedOutcome(request, limits),
          alone: policies.map((policy) => isAllowed(request, [policy])),
        })
      }
      return row
    }
  })
})

function policyOf(grant: string): readonly Statement[] {
  return AGENTS[grant] ?? TENANTS.acme[grant]?.policy ?? []
}
