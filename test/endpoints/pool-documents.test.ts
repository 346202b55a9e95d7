/** What the document says about a pool, as clients of Amazon Cognito see it: values and roles. */
import { describe, expect, it } from 'vitest'
import { startPoolBroker } from '../fixtures/pool-broker.ts'
import { GUEST_ROLE, POOL_ID, POOL_ROLE } from '../fixtures/pool-document.ts'

const statement = (Resource: string) => [{ Effect: 'Allow', Action: 's3:GetObject', Resource }]
const OWN = statement('arn:aws:s3:::game/players/{{identity}}/*')

const broker = await startPoolBroker({
  pool: {
    roleMappings: {
      'players.example': {
        ...{ type: 'rules', ambiguous: 'deny' },
        rules: [
          { claim: 'team', match: 'Equals', value: 'red', role: POOL_ROLE },
          { claim: 'team', match: 'StartsWith', value: 'r', role: `${POOL_ROLE}-admin` },
        ],
      },
    },
  },
  document: {
    rules: [
      { name: 'players', when: 'identity.provider == "players.example"', grant: 'player' },
      { name: 'admins', when: '"admins" in claims.groups', grant: 'admin' },
    ],
    grants: {
      player: { role: POOL_ROLE, policy: OWN, sessionTags: { player: '{{identity}}' } },
      admin: { role: `${POOL_ROLE}-admin`, policy: statement('arn:aws:s3:::admin/*') },
      guest: { role: GUEST_ROLE, duration: '15m', policy: OWN },
    },
  },
})

async function credentialsOf(claims: object, CustomRoleArn?: string) {
  const Logins = await broker.login('alice', claims)
  const { json } = await broker.call('GetId', { IdentityPoolId: POOL_ID, Logins })
  const body = { IdentityId: json.IdentityId, Logins, CustomRoleArn }
  const response = await broker.call('GetCredentialsForIdentity', body)
  return { id: String(json.IdentityId), ...response }
}

const lastCall = () => String(broker.sts.calls.at(-1)?.get('Policy'))

describe('{{identity}}', () => {
  it('is in the session policy of a user and of a guest, each with its own id', async () => {
    const { id, status } = await credentialsOf({ team: 'red' })
    expect(status).toBe(200)
    expect(lastCall()).toContain(`arn:aws:s3:::game/players/${id}/*`)
    const guest = await broker.guest()
    await broker.call('GetCredentialsForIdentity', { IdentityId: guest })
    expect(lastCall()).toContain(`arn:aws:s3:::game/players/${guest}/*`)
    expect(lastCall()).not.toContain(id)
  })

  it('is not available to the same token at another endpoint', async () => {
    const [token] = Object.values(await broker.login('alice', { team: 'red' }))
    const response = await broker.send({
      ...{ method: 'POST', path: '/v1/credentials' },
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: Buffer.from('{}'),
    })
    expect(response.status).toBe(403)
    expect(broker.audit.at(-1)).toMatchObject({ code: 'access_denied', endpoint: 'native' })
  })
})

describe('a role mapping', () => {
  it('gives the role of the first rule, or another matching one that is requested', async () => {
    const claims = { team: 'red', groups: ['admins'] }
    await credentialsOf(claims)
    expect(broker.audit.at(-1)).toMatchObject({ outcome: 'issued', grant: 'player' })
    await credentialsOf(claims, `${POOL_ROLE}-admin`)
    expect(broker.audit.at(-1)).toMatchObject({ outcome: 'issued', grant: 'admin' })
  })

  it('does not give a grant that no rule of the document gives', async () => {
    const { status, json } = await credentialsOf({ team: 'rot' })
    expect([status, json.__type]).toEqual([400, 'NotAuthorizedException'])
    expect(broker.audit.at(-1)).toMatchObject({ outcome: 'refused', code: 'access_denied' })
  })

  it('refuses a user for whom no rule matches, with the message of Amazon Cognito', async () => {
    const { status, json } = await credentialsOf({ team: 'blue' })
    expect([status, json.__type]).toEqual([400, 'NotAuthorizedException'])
    expect(json.message).toContain('The ambiguous role mapping rules denied this request')
  })

  it('refuses a requested role that its rules do not give', async () => {
    const { json } = await credentialsOf({ team: 'rot', groups: ['admins'] }, POOL_ROLE)
    expect(json.__type).toBe('NotAuthorizedException')
    expect(broker.audit.at(-1)).toMatchObject({ outcome: 'refused', code: 'access_denied' })
  })
})
