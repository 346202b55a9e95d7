/** Identity pools with which a tenant document does not compile, and the errors that say why. */
import { describe, expect, it } from 'vitest'
import { POOL_ID, POOL_ROLE } from '../../fixtures/pool-document.ts'
import { type Fields, gameErrors, guestsWith } from './game-pools.ts'

const ROLES = { type: 'token', ambiguous: 'deny' }

describe('a document does not compile', () => {
  it.each<[what: string, pool: Fields, error: string]>([
    ['an ill-formed id', { id: 'pool' }, '.id: the value has the wrong format'],
    ['an id in upper case', { id: POOL_ID.toUpperCase() }, '.id: the value has the wrong format'],
    ['a long id', { id: `x:${'0'.repeat(54)}` }, '.id: the value is too long'],
    [
      'an issuer of another document',
      { logins: { 'x.example': 'https://x.example' } },
      '.logins["x.example"]: https://x.example is not an issuer of this tenant',
    ],
    [
      'names that differ only in the last slash',
      {
        logins: {
          'id.game.example': 'https://id.game.example',
          'id.game.example/': 'https://accounts.google.com',
        },
      },
      '.logins["id.game.example/"]: id.game.example and id.game.example/ are the same provider',
    ],
    [
      'two names for one issuer',
      { logins: { a: 'https://id.game.example', b: 'https://id.game.example' } },
      '.logins.b: https://id.game.example is already the issuer of a, and its users would have ' +
        'two ids',
    ],
    [
      'one issuer twice in a list',
      { logins: { a: ['https://id.game.example', 'https://id.game.example'] } },
      '.logins.a: https://id.game.example is already the issuer of a',
    ],
    [
      'a list with an issuer of another document',
      { logins: { a: ['https://id.game.example', 'https://x.example'] } },
      '.logins.a: https://x.example is not an issuer of this tenant',
    ],
    [
      'the key of developer tokens',
      { logins: { 'cognito-identity.amazonaws.com': 'https://id.game.example' } },
      '.logins["cognito-identity.amazonaws.com"]: cognito-identity.amazonaws.com is the key of ' +
        'tokens that the pool itself issued',
    ],
    ['merging without linking', { merging: true }, '.merging: merging needs the table'],
    ['adoption without linking', { upgrade: 'adopt' }, '.upgrade: upgrade: adopt needs the table'],
    [
      'a developer provider without linking',
      { developerProvider: 'login.game' },
      '.developerProvider: developerProvider needs the table of identities',
    ],
    [
      'a developer provider that is a login too',
      { linking: true, developerProvider: 'id.game.example' },
      '.logins["id.game.example"]: id.game.example is also the developerProvider',
    ],
    ['a former pool without linking', { formerPool: POOL_ID }, '.formerPool: formerPool needs the'],
    [
      'a former pool with adoption',
      { linking: true, upgrade: 'adopt', formerPool: POOL_ID },
      '.formerPool: with a former pool, no login adopts the identity of a guest',
    ],
    [
      'a former pool with a developer provider',
      { linking: true, developerProvider: 'login.game', formerPool: POOL_ID },
      '.formerPool: a former pool does not say which identities the users of your own backend had',
    ],
    ['a time without adoption', { adoptWithin: '1d' }, '.adoptWithin: adoptWithin has no effect'],
    [
      'adoption after months',
      { linking: true, upgrade: 'adopt', adoptWithin: '90d' },
      '.adoptWithin: 90d is out of range',
    ],
    [
      'a grant of guests that is not declared',
      { guests: { enabled: false, grant: 'nobody' } },
      '.guests.grant: the grant nobody is not declared',
    ],
    [
      'a grant of guests to which a rule leads',
      { guests: { enabled: true, grant: 'player' } },
      '.guests.grant: the rule "players" leads to the grant of guests too',
    ],
    [
      'a pool that nobody can use',
      { logins: {}, guests: undefined },
      ': nobody can use the pool: it has no logins, no guests and no developerProvider',
    ],
    [
      'a classic flow with the audience of STS',
      { classicFlow: { audience: 'sts.amazonaws.com' } },
      '.classicFlow.audience: a released token with this audience could assume every role',
    ],
    [
      'a classic flow that bypasses role mappings',
      { classicFlow: { audience: 'x' }, roleMappings: { 'accounts.google.com': ROLES } },
      '.classicFlow: the classic flow is not available with role mappings',
    ],
    [
      'a role mapping of another provider',
      { roleMappings: { 'x.example': ROLES } },
      '.roleMappings["x.example"]: x.example is not a provider in the logins of this pool',
    ],
    [
      'two role mappings of one provider',
      { roleMappings: { 'id.game.example': ROLES, 'id.game.example/': ROLES } },
      '.roleMappings["id.game.example/"]: id.game.example/ has two role mappings',
    ],
    [
      'a mapping of rules without rules',
      { roleMappings: { 'accounts.google.com': { ...ROLES, type: 'rules' } } },
      '.roleMappings["accounts.google.com"].rules: a mapping of type rules has no rules',
    ],
    [
      'a mapping by token with rules',
      {
        roleMappings: {
          'accounts.google.com': {
            ...ROLES,
            rules: [{ claim: 'a', match: 'Equals', value: 'b', role: POOL_ROLE }],
          },
        },
      },
      '.roleMappings["accounts.google.com"].rules: type: token has no rules',
    ],
    [
      'an ambiguous role that is missing',
      { roleMappings: { 'accounts.google.com': { ...ROLES, ambiguous: 'authenticated-role' } } },
      '.roleMappings["accounts.google.com"].ambiguous: ambiguous: authenticated-role needs',
    ],
    [
      'a mapped role without a grant',
      {
        roleMappings: {
          'accounts.google.com': {
            ...{ type: 'rules', ambiguous: 'deny' },
            rules: [{ claim: 'a', match: 'Equals', value: 'b', role: `${POOL_ROLE}x` }],
          },
        },
      },
      `.roleMappings["accounts.google.com"].rules[0].role: no grant has the role ${POOL_ROLE}x`,
    ],
    [
      'an authenticated role without a grant',
      { authenticatedRole: `${POOL_ROLE}x` },
      `.authenticatedRole: no grant has the role ${POOL_ROLE}x`,
    ],
  ])('with %s', (_, pool, error) => {
    const [first = '', ...others] = gameErrors(pool)
    expect(first.replace('identityPools[0]', '')).toContain(error)
    expect(others).toEqual([])
  })

  it.each<[what: string, fields: Fields, error: string]>([
    [
      'managed policies',
      { managedPolicies: ['arn:aws:iam::aws:policy/ReadOnlyAccess'] },
      'the grant of guests has managed policies, so the document does not say what it is',
    ],
    ['long sessions', { duration: '2h' }, 'sessions of guests may last 2h'],
    ['sessions that may be longer', { maxDuration: '2h' }, 'sessions of guests may last 2h'],
    [
      'pass-through',
      { webIdentity: 'pass-through' },
      'guests have no token that could be passed through',
    ],
  ])('where guests have %s', (_, fields, error) => {
    expect(gameErrors({}, guestsWith(fields))).toEqual([`identityPools[0].guests.grant: ${error}`])
  })

  it('where a rule gives the grant of guests by what it has in common with another one', () => {
    const rules = [
      { name: 'players', grant: 'player' },
      { name: 'both', grants: ['player', 'guest'] },
    ]
    const { grants } = guestsWith({ role: POOL_ROLE })
    expect(gameErrors({}, { rules, grants })).toEqual([
      'identityPools[0].guests.grant: the rule "both" leads to the grant of guests too',
    ])
  })

  it('where a login is opaque and its users reach a grant that passes tokens through', () => {
    const issuers = [
      { issuer: 'https://accounts.google.com', audiences: ['game'] },
      {
        ...{ issuer: 'https://id.game.example', audiences: ['game'] },
        verify: { kind: 'webhook', url: 'https://id.game.example/check', secret: 'webhook' },
      },
    ]
    const { grants } = guestsWith({})
    const player = { role: POOL_ROLE, webIdentity: 'pass-through' }
    const fields = { issuers, grants: { ...grants, player } }
    expect(gameErrors({}, fields)).toEqual([
      'identityPools[0].logins["id.game.example"]: the grant player passes tokens through, and ' +
        'AWS STS cannot verify the opaque tokens of the issuer https://id.game.example',
    ])
    const rules = [
      { name: 'players', when: 'issuer == "https://accounts.google.com"', grant: 'player' },
    ]
    expect(gameErrors({}, { ...fields, rules })).toEqual([])
  })

  it('where an attribute has the name of a built-in value', () => {
    for (const name of ['identity', 'guest'])
      expect(gameErrors({}, { attributes: { [name]: { from: 'claims.sub' } } })).toEqual([
        `attributes.${name}: ${name} is the name of a built-in value`,
      ])
  })

  it('where an issuer has the name of a pool', () => {
    const issuer = `urn:cognito-identity:${POOL_ID}`
    const verify = { kind: 'jwt', jwksUri: 'https://id.example/keys' }
    const issuers = [{ issuer, audiences: ['game'], verify }]
    expect(gameErrors({}, { issuers, identityPools: [] })).toEqual([
      'issuers[0].issuer: issuers that begin with urn:cognito-identity: are those of identity ' +
        'pools',
    ])
  })
})
