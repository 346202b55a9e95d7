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
