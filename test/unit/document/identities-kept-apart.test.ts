/** `{{identity}}` and `{{guest}}`: where documents may use them, and what is proved of them. */
import { describe, expect, it } from 'vitest'
import { compileTenant, proveTenant } from '../../../packages/core/src/document/index.ts'
import { GUEST_ROLE, POOL_ROLE, poolDocument } from '../../fixtures/pool-document.ts'

type Fields = Parameters<typeof poolDocument>[0]

interface Grants {
  readonly player: readonly string[]
  readonly guest?: readonly string[]
  readonly more?: Fields
}

const LINKING = { linking: true }
const BOTH_ISSUERS = { attributes: { name: { from: 'claims.name', acrossIssuers: true } } }

function documentOf(
  { player, guest = ['shared/*'], more = {} }: Grants,
  pool: Fields,
  rest: Fields,
) {
  const policy = (paths: readonly string[]) =>
    paths.map((path) => ({
      ...{ Effect: 'Allow', Action: 's3:GetObject' },
      Resource: `arn:aws:s3:::game/${path}`,
    }))
  const grants = {
    player: { role: POOL_ROLE, policy: policy(player), ...more },
    guest: { role: GUEST_ROLE, policy: policy(guest) },
  }
  return JSON.stringify(poolDocument(pool, { grants, ...rest }))
}

function errorsOf(grants: Grants, pool: Fields = LINKING, rest: Fields = BOTH_ISSUERS) {
  const { errors } = compileTenant(documentOf(grants, pool, rest), 'game.json')
  return errors.map(({ path, message }) => `${path}: ${message}`)
}

const OWN = 'players/{{identity}}/*'

describe('the proof keeps apart', () => {
  it.each<[what: string, grants: Grants]>([
    ['two users of several issuers, without another attribute', { player: [OWN] }],
    ['a guest and a user', { player: [OWN], guest: [OWN] }],
    ['two guests', { player: ['shared/*'], guest: [OWN] }],
    ['a user, and the guest that it was', { player: [OWN, 'players/{{guest}}/*'], guest: [OWN] }],
    ['the guests that users were', { player: ['players/{{guest}}/*'] }],
    ['users by tags', { player: [OWN], more: { sessionTags: { player: '{{identity}}' } } }],
    [
      'users by a principal tag',
      {
        player: ['players/${aws:PrincipalTag/player}/*'],
        guest: [OWN],
        more: { sessionTags: { player: '{{identity}}' } },
      },
    ],
    ['ids of which none begins another', { player: ['players/{{identity}}*'] }],
    ['an identity from names without a colon', { player: [OWN, 'players/{{name}}/*'] }],
  ])('%s', (_, grants) => {
    expect(errorsOf(grants)).toEqual([])
  })

  it('callers of each statement, as token-broker prove shows', () => {
    const text = documentOf({ player: [OWN], guest: [OWN] }, LINKING, BOTH_ISSUERS)
    const { isolation } = proveTenant(text, 'game.json')
    expect(isolation).toMatchObject([
      { grant: 'player', verdict: 'separate', slots: ['identity'] },
      { grant: 'guest', verdict: 'separate', slots: ['identity'] },
    ])
  })
})

it('an id names its caller also beside a claim of several issuers', () => {
  const attributes = { name: { from: 'claims.name' } }
  const player = ['players/{{identity}}/{{name}}/*']
  expect(errorsOf({ player }, LINKING, { attributes })).toEqual([])
  expect(errorsOf({ player: ['players/{{name}}/*'] }, LINKING, { attributes })).toHaveLength(1)
})

describe('the proof refuses', () => {
  const LIKE_AN_ID = {
    attributes: {
      name: { from: 'claims.name', pattern: '[a-z0-9:-]{1,55}', acrossIssuers: true },
    },
  }
  const ID = /[a-z0-9-]{1,18}:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/.source

  it('a claim of a user that may be the id of a guest', () => {
    const errors = errorsOf({ player: ['players/{{name}}/*'], guest: [OWN] }, {}, LIKE_AN_ID)
    expect(errors).toHaveLength(1)
    expect(errors[0]).toMatch(
      new RegExp(
        `^grants\\.guest\\.policy\\[0\\]: a caller with name "${ID}" through ` +
          `grants\\.player\\.policy\\[0\\] and a caller with identity "${ID}"`,
      ),
    )
  })

  it('a claim of a user that may be the id of another user', () => {
    const errors = errorsOf({ player: [OWN, 'players/{{name}}/*'] }, {}, LIKE_AN_ID)
    expect(errors).toHaveLength(1)
    expect(errors[0]).toMatch(/^grants\.player\.policy\[1\]: a caller with identity "/)
  })

  it('an attribute that is the id of a guest, or a claim of a user', () => {
    const from = 'has(identity.id) && identity.guest ? identity.id : claims.name'
    const attributes = { who: { from, pattern: '[a-z0-9:-]{1,55}', acrossIssuers: false } }
    const issuers = [{ issuer: 'https://id.game.example', audiences: ['game'] }]
    const logins = { 'id.game.example': 'https://id.game.example' }
    const own = ['players/{{who}}/*']
    const [error, ...others] = errorsOf(
      { player: own, guest: own },
      { logins },
      {
        attributes,
        issuers,
      },
    )
    expect(error).toContain('grants.guest.policy[0]: a caller of https://id.game.example')
    expect(error).toContain('urn:cognito-identity:eu-central-1:')
    expect(others).toEqual([])
  })

  it('a claim that users of an issuer and identities of the own provider have', () => {
    const attributes = { user: { from: 'claims.sub', pattern: '[a-z0-9:-]{1,55}' } }
    const issuers = [{ issuer: 'https://id.game.example', audiences: ['game'] }]
    const logins = { 'id.game.example': 'https://id.game.example' }
    const grants = { player: ['players/{{user}}/*'] }
    const rest = { attributes, issuers }
    expect(errorsOf(grants, { logins }, rest)).toEqual([])
    const pool = { logins, linking: true, developerProvider: 'login.game' }
    expect(errorsOf(grants, pool, rest)).toEqual([
      'grants.player.policy[0]: the tenant has several issuers, and two of their users can have ' +
        'the same user: they would share what is reached here',
    ])
    const when = 'issuer == "https://id.game.example"'
    const rules = [{ name: 'players', when, grant: 'player' }]
    expect(errorsOf(grants, pool, { ...rest, rules })).toEqual([])
  })

  it.each([
    ['a wildcard before the id', 'players/*/{{identity}}/*'],
    ['another value beside the id', 'players/{{name}}{{identity}}/*'],
  ])('%s', (_, path) => {
    expect(errorsOf({ player: [path] }, {}, LIKE_AN_ID)).toHaveLength(1)
  })

  it('a statement for all that reaches what is a user’s own', () => {
    expect(errorsOf({ player: [OWN, 'players/*'] })).toHaveLength(1)
  })
})

describe('a template may use', () => {
  it('no identity where the document has no pool', () => {
    const grants = { player: { role: POOL_ROLE, sessionName: '{{identity}}' } }
    expect(errorsOf({ player: [] }, {}, { identityPools: [], grants })).toEqual([
      'grants.player.sessionName: {{identity}} is the id of a caller of an identity pool, and ' +
        'the document has no pool',
    ])
  })

  it.each<[what: string, pool: Fields]>([
    ['without linking', {}],
    ['where guests are adopted', { linking: true, upgrade: 'adopt' }],
    ['without guests', { linking: true, guests: undefined }],
  ])('no guest %s', (_, pool) => {
    expect(errorsOf({ player: ['players/{{guest}}/*'] }, pool)).toEqual([
      'grants.player.policy[0].Resource: {{guest}} is the guest that a login claimed, and in no ' +
        'pool of the document can one do so',
    ])
  })

  it.each<[what: string, more: Fields, error: string]>([
    ['a tag', { sessionTags: { was: '{{guest}}' } }, 'sessionTags.was'],
    ['a session name', { sessionName: '{{guest}}' }, 'sessionName'],
    ['a source identity', { sourceIdentity: 'x{{ guest }}' }, 'sourceIdentity'],
  ])('no guest in %s', (_, more, path) => {
    expect(errorsOf({ player: [OWN], more })).toEqual([
      `grants.player.${path}: {{guest}} is available in statements only: most sessions have no ` +
        'such value',
    ])
  })

  it('no guest in a Deny', () => {
    const Resource = 'arn:aws:s3:::game/players/{{guest}}/secret'
    const policy = [{ Effect: 'Deny', Action: 's3:*', Resource }]
    expect(errorsOf({ player: [], more: { policy } })).toEqual([
      'grants.player.policy[0]: a Deny with {{guest}} would be missing in sessions that have no ' +
        'such value',
    ])
  })

  it.each([
    ['the identity', 'copies/{{identity}}/{{guest}}/*'],
    ['a principal tag', 'copies/${aws:PrincipalTag/player}/{{guest}}/*'],
  ])('no guest beside %s', (_, path) => {
    const more = { sessionTags: { player: '{{identity}}' } }
    expect(errorsOf({ player: [path], more })).toContain(
      'grants.player.policy[0]: a statement with {{guest}} and also {{identity}} or a principal ' +
        'tag would mix what two callers reach',
    )
  })

  it('no attribute in the grant of guests that needs a claim', () => {
    const guest = ['players/{{name}}/*']
    expect(errorsOf({ player: [OWN], guest })).toContain(
      'identityPools[0].guests.grant: the grant of guests uses the attribute name, which guests ' +
        'do not have',
    )
    const attributes = { name: { from: '"constant"' } }
    expect(errorsOf({ player: [OWN], guest }, LINKING, { attributes })).toEqual([])
  })
})

it('the longest policy counts the longest ids', () => {
  const path = `players/{{identity}}/${'x'.repeat(1_900)}`
  expect(errorsOf({ player: [path] })).toEqual([
    expect.stringContaining('grants.player.policy: the policy may have'),
  ])
})

it('no member condition reads the identity', () => {
  const issuers = [
    { issuer: 'https://accounts.google.com', audiences: ['game'], member: 'identity.guest' },
    { issuer: 'https://id.game.example', audiences: ['game'] },
  ]
  expect(errorsOf({ player: [OWN] }, {}, { issuers })).toEqual([
    'issuers[0].member: member decides about a token, before the identity of its subject is known',
  ])
})
