/** Documents with one issuer of a preset, for the tests of presets. */
import { compileTenant } from '../../../packages/core/src/document/index.ts'
import type { CompiledIssuer } from '../../../packages/core/src/model/compiled-tenant.ts'

export function compilePreset(settings: object) {
  return compileTenant(presetDocument(settings), 'acme.json')
}

export function presetDocument(settings: object, fields: object = {}): string {
  return JSON.stringify({
    tenant: 'acme',
    issuers: [{ audiences: ['app'], ...settings }],
    rules: [{ name: 'all', grant: 'read' }],
    grants: { read: { role: 'arn:aws:iam::111122223333:role/app' } },
    ...fields,
  })
}

export function compiled(settings: object): CompiledIssuer {
  const { tenant, errors } = compilePreset(settings)
  const [issuer] = tenant?.issuers ?? []
  if (!issuer) throw new Error(JSON.stringify(errors))
  return issuer
}

export function presetErrors(settings: object): string[] {
  return compilePreset(settings).errors.map(
    ({ path, message, hint }) => `${path}: ${message}; ${hint}`,
  )
}
