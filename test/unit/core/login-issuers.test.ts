/** Which issuer of a provider verifies the token of a login. */
import type { CompiledTenant } from '@token-broker/core'
import { compileTenant } from '@token-broker/core/document'
import { describe, expect, it } from 'vitest'
import { issuerOfLogin } from '../../../packages/core/src/decide/pool-logins.ts'
import { BrokerError } from '../../../packages/core/src/model/broker-error.ts'
import { createTrace, showTrace } from '../../../packages/core/src/model/trace.ts'
import { POOL_ROLE } from '../../fixtures/pool-document.ts'
import { CLAIMS, ISSUER, PROVIDER } from './pool-path.ts'
import { compactToken } from './unsigned-tokens.ts'

describe('the issuer of a login', () => {
  const opaque = {
    ...{ issuer: 'https://opaque.example', audiences: ['game'] },
    verify: {
      ...{ kind: 'introspection', url: 'https://opaque.example/introspect' },
      ...{ clientId: 'broker', clientSecret: 'idp' },
    },
  }
  const tenantWith = (issuers: object[]): CompiledTenant => {
    const { tenant, errors } = compileTenant(
      JSON.stringify({
        ...{ tenant: 'game', issuers, rules: [{ name: 'all', grant: 'all' }] },
        grants: { all: { role: POOL_ROLE } },
      }),
      'game.json',
    )
    if (!tenant) throw new Error(JSON.stringify(errors))
    return tenant
  }
  const named = { issuer: ISSUER, audiences: ['game'] }
  const login = (token: string, ...issuers: string[]) => ({
    ...{ provider: PROVIDER, name: PROVIDER, token, issuers },
  })
  const find = (tenant: CompiledTenant, token: string, ...issuers: string[]) => {
    const trace = createTrace()
    const found = issuerOfLogin(login(token, ...issuers), tenant, trace)
    return { found, trace: showTrace(trace) }
  }
  const token = compactToken(CLAIMS)

  it('is the one that the token names, before the one of opaque tokens', () => {
    const tenant = tenantWith([opaque, named])
    const { found, trace } = find(tenant, token, opaque.issuer, ISSUER)
    expect(found).toEqual({ issuer: ISSUER, isSaml: false })
    expect(trace).toEqual([
      {
        ...{ stage: 'verify', check: 'token is of an issuer of the provider', passed: true },
        ...{ expected: JSON.stringify([opaque.issuer, ISSUER]), found: ISSUER },
      },
    ])
  })

  it('is else the one of opaque tokens', () => {
    const tenant = tenantWith([named, opaque])
    const { found, trace } = find(tenant, 'an-opaque-token', ISSUER, opaque.issuer)
    expect(found).toEqual({ issuer: opaque.issuer, isSaml: false })
    expect(trace).toMatchObject([{ passed: true, found: '(no JWT)' }])
    expect(find(tenant, compactToken({ iss: 'x' }), ISSUER, opaque.issuer).found.issuer).toBe(
      opaque.issuer,
    )
  })

  it('is none where the token is of another one, or is written in another way', () => {
    const tenant = tenantWith([named])
    const trace = createTrace()
    const refusalOf = (one: string, issuer: string) => {
      expect(() => issuerOfLogin(login(one, issuer), tenant, trace)).toThrow(BrokerError)
      return showTrace(trace).at(-1)
    }
    const other = 'https://other.example'
    const failed = { stage: 'verify', passed: false, expected: JSON.stringify([other]) }
    expect(refusalOf(token, other)).toMatchObject({ ...failed, found: ISSUER })
    for (const one of [`${token}!`, `${token}.x`, token.replace('.', '')])
      expect(refusalOf(one, ISSUER)).toMatchObject({ passed: false, found: '(no JWT)' })
  })

  it('is that of assertions where the provider has one', () => {
    const { issuers, ...others } = tenantWith([named])
    // In place of an issuer with keys, which this decision does not read.
    const saml = { ...issuers[0], profile: { issuer: 'https://idp.example', saml: {} } }
    const tenant = { ...others, issuers: [...issuers, saml] } as unknown as CompiledTenant
    const { found, trace } = find(tenant, 'an-assertion', 'https://idp.example')
    expect(found).toEqual({ issuer: 'https://idp.example', isSaml: true })
    expect(trace).toMatchObject([{ stage: 'verify', passed: true, found: 'https://idp.example' }])
    expect(find(tenant, token, ISSUER).found).toEqual({ issuer: ISSUER, isSaml: false })
  })
})
