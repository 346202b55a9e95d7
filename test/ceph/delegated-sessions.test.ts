/** Sessions in which a partner or an agent acts for a user: what Ceph lets them do. */
import { decodeJwt } from 'jose'
import { beforeAll, expect, it } from 'vitest'
import { BUCKET } from './ceph-tenants.ts'
import { describeAtCeph } from './describe-at-ceph.ts'
import * as s3 from './s3-actions.ts'
import { USERS, type User } from './users.ts'

const OBJECTS = `arn:aws:s3:::${BUCKET}`
const ROLE = { role: 'arn:aws:iam:::role/acme-app', sessionName: '{{user}}' }

const extraGrants = {
  acme: {
    partner: {
      ...ROLE,
      // Al is of alice's team, and odd of another one.
      when: 'actor.subject == "al" && actor.claims.team == claims.team',
      policy: [
        {
          ...{ Sid: 'Shared', Effect: 'Allow', Action: 's3:GetObject' },
          Resource: `${OBJECTS}/acme/{{team}}/{{user}}/shared/*`,
        },
      ],
    },
    reader: {
      ...ROLE,
      policy: [
        { Sid: 'Read', Effect: 'Allow', shared: true, Action: ['s3:Get*'], Resource: '*' },
        {
          ...{ Sid: 'Closed', Effect: 'Deny', Action: 's3:*' },
          Resource: `${OBJECTS}/acme/{{team}}/{{user}}/closed/*`,
        },
      ],
    },
    'own.reader': { grants: ['own', 'reader'], when: 'actor.claims.robot == true' },
  },
} as const

const OWN = 'acme/red/alice'
const KEYS = [`${OWN}/report`, `${OWN}/shared/report`, `${OWN}/closed/report`, 'acme/red/al/report']
const ROBOT = { ...USERS.odd, user: 'robot', robot: true }

describeAtCeph('delegated sessions at Ceph', extraGrants, (environment) => {
  beforeAll(async () => {
    await Promise.all(KEYS.map((key) => s3.seed(environment().owner, key)))
  }, 120_000)

  it.each<[string, User | undefined, string, readonly string[], boolean]>([
    ['alice herself', undefined, 'own', KEYS.slice(0, 3), true],
    ['a partner for alice', USERS.al, 'partner', [`${OWN}/shared/report`], false],
    ['an agent for alice', ROBOT, 'own.reader', KEYS.slice(0, 2), false],
  ])('%s reads and writes what the grant allows', async (_name, actor, grant, readable, writes) => {
    const { audit, credentials } = await request(actor, { grant })
    expect(audit).toMatchObject({
      ...{ outcome: 'issued', subject: 'alice', grant },
      ...(actor ? { actor: { subject: actor.user } } : {}),
    })
    if (!credentials) throw new Error(`The broker refused ${grant}: ${audit.reason}`)
    const session = s3.connectS3(environment().ceph.endpoint, credentials)
    try {
      const read = []
      for (const key of KEYS)
        if ((await s3.outcomeOf(s3.read(session, key))).outcome === 'allowed') read.push(key)
      expect(read).toEqual(readable)
      const written = await s3.attempt('Put', `${OWN}/report`, session, environment().owner)
      expect(written).toBe(writes ? 'allowed' : 'denied')
    } finally {
      session.destroy()
    }
  })

  it.each<[string, User, string | undefined]>([
    ['a partner of another team', USERS.odd, 'partner'],
    ['a partner who requests the user’s own grant', USERS.al, 'own'],
    ['an agent who requests the user’s own grant', ROBOT, 'own'],
    ['an actor of another tenant', USERS.bob, undefined],
  ])('%s gets nothing', async (_name, actor, grant) => {
    const { status, code, audit } = await request(actor, grant === undefined ? {} : { grant })
    expect([status, code]).toEqual([403, 'access_denied'])
    expect(audit).toMatchObject({ outcome: 'refused', subject: 'alice' })
  })

  it('is of one session for each actor, named by a token that Ceph accepts', async () => {
    const sessions = [
      await request(undefined, { grant: 'own' }),
      await request(ROBOT, { grant: 'own.reader' }),
      await request({ ...ROBOT, user: 'robot2' }, { grant: 'own.reader' }),
    ]
    const names = sessions.map(({ audit }) => audit.assumedRoleArn)
    expect(names.every((name) => name?.includes('/alice-'))).toBe(true)
    expect(new Set(names).size).toBe(3)
  })

  /** Alice's request, with the token of an actor. */
  async function request(actor: User | undefined, fields: Readonly<Record<string, unknown>>) {
    const { tokenOf, requestCredentials } = environment()
    const token = await tokenOf(USERS.alice)
    expect(decodeJwt(token).sub).toBe('alice')
    const acting = actor === undefined ? {} : { actorToken: await tokenOf(actor) }
    return requestCredentials(token, { tenant: 'acme', ...fields, ...acting })
  }
})
