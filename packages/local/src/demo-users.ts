/** The users of the demo IdP, and claims of one's own in place of theirs. */

export type UserClaims = Readonly<Record<string, unknown>> & { readonly sub: string }

/** The claims of mallory are hostile: each one tries to widen the session. */
export const DEMO_USERS: ReadonlyMap<string, UserClaims> = new Map<string, UserClaims>([
  ['alice', member('alice', 'acme', ['admins', 'support'], 'red')],
  ['bob', member('bob', 'beta', ['dev'], 'blue')],
  [
    'mallory',
    {
      ...member('mallory', 'acme', ['support'], '*'),
      sub: '../alice',
      nickname: '${aws:username}',
    },
  ],
  ['dora', { sub: 'dora', tenant: 'delta', role: 'customer', region: 'north' }],
  // A partner and an agent, which act for dora with tokens of their own (RFC 8693 §1.1).
  ['courier', { sub: 'courier', tenant: 'delta', role: 'partner', region: 'north' }],
  ['robot', { sub: 'robot', tenant: 'delta', role: 'agent' }],
])

export const DEMO_USER_NAMES: readonly string[] = [...DEMO_USERS.keys()]

function member(name: string, tenant: string, groups: readonly string[], team: string): UserClaims {
  return {
    sub: name,
    tenant,
    groups,
    team,
    email: `${name}@${tenant}.example`,
    email_verified: true,
  }
}

export function claimsOfSubject(sub: string): UserClaims {
  return [...DEMO_USERS.values()].find((user) => user.sub === sub) ?? { sub }
}

/** So that a page that sends megabytes gets an error, not a token that nothing accepts. */
const MAX_CLAIMS_CHARACTERS = 16_384

export interface DemoLogin {
  readonly user: UserClaims
  /** Whether claims were stated, which may also replace those of the protocol, such as `exp`. */
  readonly isStated: boolean
}

/**
 * @param username one of the six, or with claims any other
 * @param claimsText a JSON object: claims that are added to those of the user, or replace them
 * @throws {Error} what was expected and what was found
 */
export function readDemoLogin(username: unknown, claimsText: unknown): DemoLogin {
  const name = typeof username === 'string' ? username : ''
  const claims = readClaims(claimsText)
  const user = DEMO_USERS.get(name) ?? (claims && name !== '' ? { sub: name } : undefined)
  if (user === undefined) {
    const other = name === '' ? 'found none' : 'or another name together with claims'
    throw new Error(`username: expected one of ${DEMO_USER_NAMES.join(', ')}, ${other}`)
  }
  if (claims === undefined) return { user, isStated: false }
  const { sub = user.sub } = claims
  if (typeof sub !== 'string') throw new Error('claims: sub: expected a string')
  return { user: { ...user, ...claims, sub }, isStated: true }
}

function readClaims(text: unknown): Readonly<Record<string, unknown>> | undefined {
  if (typeof text !== 'string' || text.trim() === '') return undefined
  if (text.length > MAX_CLAIMS_CHARACTERS)
    throw new Error(`claims: expected at most ${MAX_CLAIMS_CHARACTERS} characters`)
  const claims = parseJson(text)
  if (typeof claims !== 'object' || claims === null || Array.isArray(claims))
    throw new Error('claims: expected a JSON object such as {"groups":["admins"]}')
  // With another issuer, the token would name one whose keys did not sign it.
  if (Object.hasOwn(claims, 'iss'))
    throw new Error('claims: iss is always the demo IdP, whose key signs the token; remove it')
  return Object.fromEntries(Object.entries(claims))
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'not valid'
    throw new Error(`claims: expected a JSON object such as {"groups":["admins"]}: ${reason}`)
  }
}
