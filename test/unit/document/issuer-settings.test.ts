/** How the settings of one issuer compile, and what is reported of wrong ones. */
import { describe, expect, it } from 'vitest'
import { compileTenant } from '../../../packages/core/src/document/index.ts'
import type { CompiledIssuer } from '../../../packages/core/src/model/compiled-tenant.ts'

describe('algorithms', () => {
  it.each([
    [['EdDSA'], ['EdDSA', 'Ed25519']],
    [['Ed25519'], ['Ed25519', 'EdDSA']],
    [
      ['ES384', 'Ed25519', 'EdDSA'],
      ['ES384', 'Ed25519', 'EdDSA'],
    ],
    [['ES384'], ['ES384']],
  ])('%o are %o, because RFC 9864 gives EdDSA a second name', (algorithms, expected) => {
    expect(compiled({ algorithms }).profile.algorithms).toEqual(expected)
  })

  it.each(['Ed448', 'ed25519', 'EDDSA', 'HS256', 'none'])('%s is refused', (name) => {
    expect(errorsOf({ algorithms: [name] })).toEqual([
      expect.stringContaining('issuers[0].algorithms[0]: the value is not allowed'),
    ])
  })
})

function compile(settings: object) {
  const document = {
    tenant: 'acme',
    issuers: [{ issuer: 'https://id.example', audiences: ['app'], ...settings }],
    rules: [{ name: 'all', grant: 'read' }],
    grants: { read: { role: 'arn:aws:iam::111122223333:role/app' } },
  }
  return compileTenant(JSON.stringify(document), 'acme.json')
}

function compiled(settings: object): CompiledIssuer {
  const { tenant, errors } = compile(settings)
  const [issuer] = tenant?.issuers ?? []
  if (!issuer) throw new Error(JSON.stringify(errors))
  return issuer
}

function errorsOf(settings: object): string[] {
  return compile(settings).errors.map(({ path, message, hint }) => `${path}: ${message}; ${hint}`)
}
