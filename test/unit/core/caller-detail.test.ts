/** What a refusal says to its caller where the check that failed may not be named. */
import { describe, expect, it } from 'vitest'
import type { RefusalCode } from '../../../packages/core/src/model/broker-error.ts'
import type { CredentialRequest } from '../../../packages/core/src/model/credential-request.ts'
import type { Findings } from '../../../packages/core/src/record/audit-record.ts'
import { describeToCaller } from '../../../packages/core/src/record/caller-detail.ts'

const CANARY = 'canary-of-a-claim'

function findings(fields: object = {}, claims: object = {}, header: object = {}): Findings {
  const request = { subjectToken: 'a.b.c', tenant: undefined, grant: undefined, ...fields }
  const token = {
    ...{ compact: 'a.b.c', issuer: 'https://id.example', algorithm: 'RS256', keyId: 'k1' },
    header: { typ: 'JWT', ...header },
    claims: { sub: CANARY, email: CANARY, aud: 'app', ...claims },
  }
  return { request: request as unknown as CredentialRequest, token }
}

describe('a refusal without a named check', () => {
  it.each<[RefusalCode, string, Findings, string]>([
    [
      'access_denied',
      'names the parties of the token and the request',
      findings({ tenant: 'acme', grant: 'read' }, { azp: 'web' }),
      'found iss "https://id.example", aud "app", azp "web", and a request for tenant "acme", ' +
        'grant "read"; correct',
    ],
    [
      'access_denied',
      'names the client where it takes the place of azp',
      findings(
        { roleArn: 'arn:aws:iam::111122223333:role/a' },
        { client_id: 'web', aud: ['a', 7] },
      ),
      'aud "a", 7, client_id "web", and a request for role "arn:aws:iam::111122223333:role/a"',
    ],
    [
      'access_denied',
      'names an assertion',
      {
        ...findings(),
        token: { issuer: 'https://idp.example' } as unknown as NonNullable<Findings['token']>,
      },
      'found an assertion of "https://idp.example", and a request that names no tenant',
    ],
    ['issuer_untrusted', 'names the issuer', findings(), 'found iss "https://id.example"; get'],
    [
      'invalid_token',
      'names what the signature depends on',
      findings({}, {}, { typ: { a: 1 } }),
      'found iss "https://id.example", alg "RS256", kid "k1", typ an object; get',
    ],
    [
      'invalid_token',
      'speaks of an assertion where one was sent',
      { request: findings({ tokenType: 'saml2' }).request } as Findings,
      'expected a signed response or assertion of SAML 2.0',
    ],
    ['claim_unusable', 'says that a value is unusable', findings(), 'found other text; let'],
    ['sts_rejected', 'names what STS said', findings(), 'found a refusal; give the request id'],
  ])('%s: %s', (code, _, found, text) => {
    const detail = describeToCaller(code, 'internal words', found)
    expect(detail).toContain(text)
    expect(detail).not.toMatch(new RegExp(`${CANARY}|internal words`))
  })

  it('has only the type of a value that is neither text nor a list', () => {
    const claims = { aud: 491_625, azp: true }
    expect(describeToCaller('access_denied', '', findings({}, claims))).toContain(
      'aud a number, azp a boolean, and',
    )
  })

  it('is in visible ASCII, and of each value it has at most 64 characters', () => {
    const detail = describeToCaller('access_denied', '', {
      ...findings({ tenant: `é\u202e"<\n${'x'.repeat(200)}` }),
    })
    expect(detail).toMatch(/^[\x20-\x7e]+$/)
    expect(detail).toContain('tenant "\\u00e9\\u202e\\"<\\n')
    expect(detail).not.toContain('x'.repeat(64))
  })

  it('has of what STS says the error code alone', () => {
    const words = 'STS: AccessDenied: User: arn:aws:sts::1:x is not authorized'
    const detail = describeToCaller('sts_rejected', words, findings())
    expect(detail).toContain('found AccessDenied; give')
    expect(detail).not.toMatch(/arn:|authorized/)
  })

  it.each([
    ['of an identity pool, whose clients compare messages', findings({ pool: { pool: 'p' } })],
    ['that could not be read', {}],
  ])('says nothing more of a request %s', (_, found) => {
    expect(describeToCaller('access_denied', '', found)).toBeUndefined()
  })

  it.each(['config_invalid', 'internal', 'throttled', 'issuer_unavailable'] as const)(
    'says nothing more for %s',
    (code) => expect(describeToCaller(code, '', findings())).toBeUndefined(),
  )
})

describe('the whole sentence', () => {
  const ASK = 'or give the request id to the operator.'
  const saml = { issuer: 'https://idp.example' } as unknown as NonNullable<Findings['token']>
  const without = ({ request }: Findings) => ({ request }) as Findings
  const bySaml = findings({ tokenType: 'saml2' })
  const signed =
    'No issuer is known to have signed the assertion for this use: expected a signed response or ' +
    'assertion of SAML 2.0 that is current and for this broker, found '
  const granted =
    'No rule grants what is requested: expected exactly one tenant that accepts the token by its ' +
    'audience, authorized party and claims, and a rule of it that passes, found '

  it.each<[RefusalCode, string, Findings, string]>([
    [
      'issuer_untrusted',
      '',
      without(findings()),
      'No tenant trusts the issuer of the token: expected the exact text of an issuer in a ' +
        `tenant document, found iss none; get a token of a trusted issuer, ${ASK}`,
    ],
    [
      'invalid_token',
      '',
      findings({}, {}, { typ: undefined }),
      'No issuer is known to have signed the token for this use: expected a signature by a ' +
        'current key of its issuer, and an accepted algorithm and type, found iss ' +
        '"https://id.example", alg "RS256", kid "k1", typ none; get a new ID token or access ' +
        `token, ${ASK}`,
    ],
    ['invalid_token', '', without(bySaml), `${signed}another one; sign in again, ${ASK}`],
    [
      'invalid_token',
      '',
      { ...bySaml, token: saml },
      `${signed}one of "https://idp.example"; sign in again, ${ASK}`,
    ],
    [
      'access_denied',
      '',
      without(findings({ tenant: 'acme', actorToken: 'x' })),
      `${granted}a request for tenant "acme" by an actor; correct what is wrong there, ${ASK}`,
    ],
    [
      'access_denied',
      '',
      findings({}, { azp: 'web', client_id: CANARY, aud: { a: 1 } }),
      `${granted}iss "https://id.example", aud an object, azp "web", and a request that names no ` +
        `tenant and no grant; correct what is wrong there, ${ASK}`,
    ],
    [
      'access_denied',
      '',
      findings({}, { aud: undefined }),
      `${granted}iss "https://id.example", aud none, azp none, and a request that names no ` +
        `tenant and no grant; correct what is wrong there, ${ASK}`,
    ],
    [
      'claim_unusable',
      '',
      findings(),
      'A claim of the token cannot be used in a session: expected text that the tenant document ' +
        `admits there, found other text; let the issuer correct the claim, ${ASK}`,
    ],
    [
      'sts_rejected',
      'The endpoint said STS: AccessDenied',
      findings(),
      'AWS STS refused a session of the grant none: expected that its role trusts the token and ' +
        'allows the session, found a refusal; give the request id to the operator, whose record ' +
        'has the likeliest causes.',
    ],
  ])('for %s %s', (code, message, found, sentence) => {
    expect(describeToCaller(code, message, found)).toBe(sentence)
  })
})
