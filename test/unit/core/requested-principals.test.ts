/** Which issuer of a tenant reads a token: by its kind, and by the SAML provider of the request. */
import { describe, expect, it } from 'vitest'
import { acceptIdentity } from '../../../packages/core/src/decide/accept-identity.ts'
import { createTrace, showTrace } from '../../../packages/core/src/model/trace.ts'

const ISSUER = 'https://idp.example'
const PRINCIPAL = 'arn:aws:iam::111122223333:saml-provider/idp'

describe('the SAML provider that a request names', () => {
  const check = 'tenant acme knows the issuer by the requested PrincipalArn'

  it('must be that of the issuer', async () => {
    const { outcome, last } = await accept({ requested: PRINCIPAL })
    expect(outcome).toMatchObject({ identity: { audiences: ['app'] } })
    expect(last).toEqual({
      ...{ stage: 'resolve', check, passed: true, expected: PRINCIPAL, found: PRINCIPAL },
    })
  })

  it('refuses an issuer with another provider, or with none', async () => {
    for (const known of ['arn:other', undefined]) {
      const { outcome, last } = await accept({ requested: PRINCIPAL, known })
      expect(outcome).toEqual({
        unmet: [{ condition: 'principal', expected: known, found: PRINCIPAL }],
      })
      expect(last).toMatchObject({ check, passed: false, found: PRINCIPAL })
    }
  })

  it('is no condition of other requests', async () => {
    const { outcome, last } = await accept({})
    expect(outcome).toHaveProperty('identity')
    expect(last?.check).not.toBe(check)
  })
})

interface Case {
  readonly requested?: string
  readonly known?: string | undefined
}

async function accept({ requested, ...others }: Case) {
  const principalArn = 'known' in others ? others.known : PRINCIPAL
  const profile = { issuer: ISSUER }
  const parties = { audiences: ['app'], authorizedParty: undefined, claims: { sub: 'alice' } }
  // In place of a tenant and an identity that only their stages can create.
  const issuer = { profile, audiences: ['app'], authorizedParties: [], principalArn }
  const tenant = { tenant: 'acme', issuers: [issuer] } as never
  const scope = { claims: parties.claims, issuer: ISSUER, request: { ip: '', endpoint: '' } }
  const trust = { profile }
  const identity = {
    ...{ issuer: ISSUER, subject: 'alice', ...parties, scope, token: undefined },
    ...{ trusts: [{ trust, parties }], failedTrusts: [] },
  } as never
  const trace = createTrace()
  const context = { trace } as never
  const wanted = requested === undefined ? {} : { principalArn: requested }
  const outcome = await acceptIdentity(tenant, identity, wanted as never, context)
  return { outcome, last: showTrace(trace).at(-1) }
}
