/** What conditions and templates get to know of the identity that a caller has in a pool. */
import type { PoolIdentity } from '@token-broker/core'
import { compileTenant, trustsByIssuer } from '@token-broker/core/document'
import { describe, expect, it } from 'vitest'
import { evaluateCondition, evaluateString } from '../../../packages/core/src/expression/cel.ts'
import { checkExpression } from '../../../packages/core/src/expression/check-expression.ts'
import { foundValues } from '../../../packages/core/src/expression/claim-paths.ts'
import { NO_POOLS } from '../../fixtures/no-pools.ts'
import { GUEST_ROLE, POOL_ID, POOL_ROLE, poolDocument } from '../../fixtures/pool-document.ts'
import { createRequestPath } from './run-request.ts'
import { compactToken } from './unsigned-tokens.ts'

const ISSUER = 'https://accounts.google.com'
const ALICE = compactToken({ iss: ISSUER, sub: 'alice', aud: 'game', iat: 1000, exp: 2000 })
const ID = 'eu-central-1:00000000-1111-4222-8333-444455556666'
const GUEST = 'eu-central-1:11111111-1111-4222-8333-444455556666'
const USER: PoolIdentity = {
  ...{ id: ID, pool: POOL_ID, provider: 'accounts.google.com' },
  ...{ logins: ['accounts.google.com', 'id.game.example'], guest: false },
}
const SCOPE = { claims: {}, issuer: ISSUER, request: { ip: '192.0.2.1', endpoint: 'cognito' } }
const CREATED = { ...USER, createdAt: 1_750_000_000 }

const statement = (Sid: string, Resource: string, more = {}) => ({
  ...{ Sid, Effect: 'Allow', Action: 's3:GetObject', Resource },
  ...more,
})

function tenantOf(fields: object = {}) {
  const document = poolDocument(
    { linking: true },
    {
      grants: {
        player: {
          role: POOL_ROLE,
          sessionTags: { player: '{{identity}}' },
          policy: [
            statement('Own', 'arn:aws:s3:::game/players/{{identity}}/*'),
            statement('Copy', 'arn:aws:s3:::game/players/{{guest}}/*'),
          ],
        },
        guest: {
          role: GUEST_ROLE,
          policy: [statement('Own', 'arn:aws:s3:::game/players/{{identity}}/*')],
        },
      },
      ...fields,
    },
  )
  const { tenant, errors } = compileTenant(JSON.stringify(document), 'game.json')
  if (!tenant) throw new Error(JSON.stringify(errors))
  return tenant
}

/** @param identity of the caller; undefined: the token is sent to another endpoint */
async function issue(identity: PoolIdentity | undefined, fields?: object, statements?: string[]) {
  const tenant = tenantOf(fields)
  const signed: object[] = []
  const path = createRequestPath({
    signer: {
      keyId: async () => 'key-1',
      sign: async (claims) => {
        signed.push(claims)
        return 'minted'
      },
    },
    tenants: {
      findTrusts: async (issuer) => trustsByIssuer([tenant]).get(issuer) ?? [],
      findPool: async () => tenant.tenant,
      load: async () => tenant,
    },
    identityPools: {
      ...NO_POOLS,
      identify: async () => {
        if (identity === undefined) throw new Error('there is no pool in the request')
        return identity
      },
    },
  })
  const login = { provider: 'accounts.google.com', token: ALICE }
  const logins = identity?.guest ? [] : [login]
  const pool = { pool: POOL_ID, logins, adoptsChangedIds: true }
  const outcome = await path.issue({
    subjectToken: identity === undefined ? ALICE : '',
    statements,
    ...(identity === undefined ? {} : { pool }),
  })
  const texts = { assumed: JSON.stringify(path.assumedWith), signed: JSON.stringify(signed) }
  return { outcome, record: path.records.at(-1), ...texts }
}

describe('in CEL', () => {
  it.each<[expression: string, identity: PoolIdentity | undefined, passed: boolean]>([
    [`identity.id == "${ID}"`, USER, true],
    ['identity.provider == "accounts.google.com"', USER, true],
    ['"id.game.example" in identity.logins', USER, true],
    ['size(identity.logins) == 2', USER, true],
    ['identity.guest', USER, false],
    ['!identity.guest', USER, true],
    ['identity.createdAt < 1750000001 && identity.createdAt + 1 > 1750000000', CREATED, true],
    ['has(identity.createdAt)', USER, false],
    ['identity.createdAt > 0', USER, false],
    ['has(identity.id)', undefined, false],
    ['!identity.guest', undefined, false],
    ['identity.guest || true', undefined, true],
  ])('%s', (expression, identity, passed) => {
    expect(checkExpression(expression, 'bool')).toBeUndefined()
    const scope = { ...SCOPE, ...(identity && { identity }) }
    expect(evaluateCondition(expression, scope).passed).toBe(passed)
  })

  it('nothing but these members is visible', () => {
    const scope = { ...SCOPE, identity: { ...USER, claimedGuest: GUEST } }
    for (const member of ['pool', 'claimedGuest', 'constructor'])
      expect(evaluateString(`identity["${member}"]`, scope).error).toBe(`No such key: ${member}`)
  })

  it.each([
    ['identity.pool == ""', 'an identity has no member pool; use id, provider, logins, guest'],
    ['identity.guest == "yes"', 'no overload of == accepts (bool, string)'],
    ['identity.id > 1', 'no overload of > accepts (string, int)'],
    ['claims.a.exists(identity, identity == 1)', 'identity'],
  ])('%s does not compile', (expression, message) => {
    expect(checkExpression(expression, 'bool')?.message).toContain(message)
  })

  it('the trace shows what a condition reads', () => {
    const when = 'identity.guest || identity.provider == claims.a'
    expect(foundValues(when, { ...SCOPE, identity: USER })).toEqual({
      'claims.a': '(absent)',
      'identity.guest': false,
      'identity.provider': 'accounts.google.com',
    })
  })
})

describe('a deny rule', () => {
  const rules = (when: string) => ({
    rules: [
      { name: 'denied', deny: true, when },
      { name: 'players', grant: 'player' },
    ],
  })
  const OTHERS = {
    grants: {
      player: { role: POOL_ROLE, policy: [statement('All', 'arn:aws:s3:::game/shared/*')] },
      guest: { role: GUEST_ROLE, policy: [statement('All', 'arn:aws:s3:::game/shared/*')] },
    },
  }

  it.each([
    ['identity.guest', true],
    ['identity.guest && request.ip == "203.0.113.7"', true],
    ['identity.provider == ""', true],
    ['identity.provider == "accounts.google.com"', false],
  ])('%s concerns only callers of a pool', async (when, deniesGuest) => {
    const fields = { ...OTHERS, ...rules(when) }
    const guest = await issue({ ...USER, provider: '', logins: [], guest: true }, fields)
    expect(guest.record?.outcome).toBe(deniesGuest ? 'refused' : 'issued')
    expect((await issue(USER, fields)).record?.outcome).toBe(deniesGuest ? 'issued' : 'refused')
    expect((await issue(undefined, fields)).record?.outcome).toBe('issued')
  })

  it('that cannot be evaluated without an identity applies', async () => {
    const fields = { ...OTHERS, ...rules('!identity.guest') }
    expect((await issue(undefined, fields)).record?.code).toBe('access_denied')
  })
})

describe('in a session', () => {
  it('{{identity}} is the id of the caller, in statements and tags', async () => {
    const { assumed, signed } = await issue(USER)
    expect(assumed).toContain(`arn:aws:s3:::game/players/${ID}/*`)
    expect(signed).toContain(`"player":["${ID}"]`)
  })

  it('{{identity}} of a guest is the id of the guest', async () => {
    const { assumed } = await issue({ ...USER, id: GUEST, provider: '', logins: [], guest: true })
    expect(assumed).toContain(`arn:aws:s3:::game/players/${GUEST}/*`)
  })

  it('a statement with {{guest}} is there only for the login that claimed a guest', async () => {
    const without = await issue(USER)
    expect(without.assumed).not.toContain('Copy')
    expect(without.assumed).not.toContain('{{')
    const { assumed } = await issue({ ...USER, claimedGuest: GUEST })
    expect(assumed).toContain('Copy')
    expect(assumed).toContain(`arn:aws:s3:::game/players/${GUEST}/*`)
    expect(assumed).toContain(`arn:aws:s3:::game/players/${ID}/*`)
  })

  it('a session that would have only statements with {{guest}} allows nothing', async () => {
    const { assumed } = await issue(USER, {}, ['Copy'])
    const [{ sessionPolicyJson }] = JSON.parse(assumed)
    expect(JSON.parse(sessionPolicyJson).Statement).toEqual([
      { Effect: 'Deny', Action: '*', Resource: '*' },
    ])
  })

  it('is refused to a request without a pool', async () => {
    const { record } = await issue(undefined)
    expect(record?.code).toBe('claim_unusable')
    expect(record?.reason).toContain(
      'The value {{identity}} cannot be used: the request is not one to an identity pool.',
    )
  })

  it.each([
    '',
    '*',
    'eu-central-1:*',
    `${ID}/..`,
    ID.replace('4444', 'AAAA').replace('4', 'A'),
    `x${ID.repeat(2)}`,
  ])('is refused to an identity with the id %j', async (id) => {
    expect((await issue({ ...USER, id })).record?.code).toBe('claim_unusable')
    const claimed = await issue({ ...USER, claimedGuest: id })
    expect(claimed.record?.code).toBe('claim_unusable')
  })
})
