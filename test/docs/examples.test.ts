/** The examples and tables of the documentation match the code. */
import { REFUSAL_CODES } from '@token-broker/core'
import { compileTenant, formatError, proveTenant } from '@token-broker/core/document'
import { rolePolicy } from '@token-broker/core/role-policy'
import { trustPolicies } from '@token-broker/core/trust-policy'
import { describe, expect, it } from 'vitest'
import { OPAQUE_VERIFICATIONS } from '../../packages/core/src/document/issuers/opaque-verification.ts'
import { codeBlocks, readPage, sectionOf } from './markdown.ts'
import { fieldsOf } from './schema-fields.ts'

const README = readPage('README.md')
const TENANT_DOCUMENT = readPage('packages/core/docs/tenant-document.md')
const OPAQUE_TOKENS = readPage('packages/core/docs/opaque-tokens.md')
const IDENTITY_POOLS = readPage('packages/core/docs/identity-pools.md')
const SAML_ASSERTIONS = readPage('packages/core/docs/saml-assertions.md')

const [document = ''] = codeBlocks(README, 'yaml')

it('shows a tenant document that compiles', () => {
  const { tenant, errors } = compileTenant(document, 'README.md')
  expect(errors.map(formatError)).toEqual([])
  expect(tenant?.tenant).toBe('acme')
})

it('shows the trust policies that follow from its document', () => {
  const passedThrough = document
    .replace('webIdentity: minted', 'webIdentity: pass-through')
    .replaceAll(/^ +(sessionTags|sourceIdentity).*\n/gm, '')
  const policies = [document, passedThrough].flatMap((text) => {
    const { tenant, errors } = compileTenant(text, 'README.md')
    expect(errors.map(formatError)).toEqual([])
    return tenant ? Object.values(trustPolicies([tenant], 'https://broker.example')) : []
  })
  const page = readPage('packages/core/docs/trust-policies.md')
  expect(codeBlocks(page, 'json').map((text) => JSON.parse(text))).toEqual(policies)
})

it('shows the policy of a created role that follows from its document', () => {
  const page = readPage('packages/core/docs/created-roles.md')
  const [text = ''] = codeBlocks(page, 'yaml')
  const { tenant, errors } = compileTenant(text, 'created-roles.md')
  expect(errors.map(formatError)).toEqual([])
  const policies = Object.values(tenant?.grants ?? {}).map(rolePolicy)
  expect(codeBlocks(page, 'json').map((json) => JSON.parse(json))).toEqual(policies)
})

it('names every refusal code', () => {
  const table = sectionOf(README, '## Endpoints')
  for (const code of REFUSAL_CODES) expect(table).toContain(`\`${code}\``)
})

describe('the page about tenant documents', () => {
  it('names every field of the schema', () => {
    const fields = [...new Set(fieldsOf(JSON.parse(readPage('packages/core/tenant.schema.json'))))]
    expect(fields.length).toBeGreaterThan(50)
    const pages = TENANT_DOCUMENT + OPAQUE_TOKENS + SAML_ASSERTIONS + IDENTITY_POOLS
    expect(fields.filter((field) => !pages.includes(`\`${field}\``))).toEqual([])
  })

  it('shows attributes that compile in place of those of the README', () => {
    const [attributes = ''] = codeBlocks(sectionOf(TENANT_DOCUMENT, '## Attributes'), 'yaml')
    const replaced = document.replace(/^attributes:.*\n(?: +.*\n)+/m, attributes)
    expect(replaced).toContain(attributes)
    expect(compileTenant(replaced, 'tenant-document.md').errors.map(formatError)).toEqual([])
  })
})

it('shows an identity pool that compiles, also with its role mappings', () => {
  const [pool = '', policy = '', mappings = ''] = codeBlocks(IDENTITY_POOLS, 'yaml')
  const withValues = pool
    .replace(/ {4}policy:\n(?: {6}.*\n)+/, policy)
    .replace('    secret:', '    linking: true\n    secret:')
  expect(withValues).toContain('{{guest}}')
  for (const text of [pool, withValues, pool + mappings]) {
    const { tenant, errors } = compileTenant(text, 'identity-pools.md')
    expect(errors.map(formatError)).toEqual([])
    expect(tenant?.identityPools).toHaveLength(1)
  }
})

it('shows a provider with several issuers, which compiles in place of those of its pool', () => {
  const [pool = ''] = codeBlocks(IDENTITY_POOLS, 'yaml')
  const [part = ''] = codeBlocks(
    sectionOf(IDENTITY_POOLS, '## Several issuers of one provider'),
    'yaml',
  )
  const rest = pool
    .replace(/^identityPools:\n(?: +.*\n)+/m, '')
    .replace(/^ {2}guest:\n(?: {4}.*\n)+/m, '')
  const text = rest.replace(/^issuers:.*\n(?: +.*\n)+/m, part)
  const { tenant, errors } = compileTenant(text, 'identity-pools.md')
  expect(errors.map(formatError)).toEqual([])
  expect(tenant?.identityPools?.[0]?.logins).toEqual({
    'graph.facebook.com': ['graph.facebook.com', 'https://www.facebook.com'],
  })
})

it('shows an issuer with a preset that compiles in place of those of the README', () => {
  const [issuers = ''] = codeBlocks(sectionOf(TENANT_DOCUMENT, '### Presets'), 'yaml')
  const replaced = document.replace(/^issuers:.*\n(?: +.*\n)+/m, issuers)
  const { tenant, errors } = compileTenant(replaced, 'tenant-document.md')
  expect(errors.map(formatError)).toEqual([])
  expect(tenant?.issuers.map(({ profile }) => profile.issuer)).toEqual([
    'https://accounts.google.com',
  ])
})

describe('the page about opaque tokens', () => {
  it.each(codeBlocks(OPAQUE_TOKENS, 'yaml'))('shows issuers that compile: %s', (issuers) => {
    const replaced = document.replace(/^issuers:.*\n(?: +.*\n)+/m, issuers)
    const { tenant, errors } = compileTenant(replaced, 'opaque-tokens.md')
    expect(errors.map(formatError)).toEqual([])
    expect(tenant?.opaqueIssuers).toHaveLength(1)
  })

  it('shows an issuer of every kind', () => {
    const shown = [...OPAQUE_TOKENS.matchAll(/kind: ([a-z-]+)$/gm)].map(([, kind]) => kind)
    const kinds = OPAQUE_VERIFICATIONS.map(({ shape }) => shape.kind.def.values[0])
    expect(new Set(shown)).toEqual(new Set(kinds))
  })
})

it('shows a whole document with an issuer of assertions, which compiles', () => {
  const [text = ''] = codeBlocks(SAML_ASSERTIONS, 'yaml')
  const { tenant, errors } = compileTenant(text, 'saml-assertions.md')
  expect(errors.map(formatError)).toEqual([])
  expect(tenant?.issuers[0]?.profile.saml?.multiValued).toEqual(['groups'])
})

it('shows the document of a game, in which no player reaches the data of another one', () => {
  const [text = ''] = codeBlocks(readPage('packages/functions/docs/from-cognito.md'), 'yaml')
  const { isolation, errors } = proveTenant(text, 'from-cognito.md')
  expect(errors.map(formatError)).toEqual([])
  expect(isolation.map(({ verdict }) => verdict)).toEqual(Array(5).fill('separate'))
})
