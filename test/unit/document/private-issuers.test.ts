/** Issuers in private networks: which roots and client certificates compile. */
import { expect, it } from 'vitest'
import {
  compileTenant,
  formatError,
  namedSecrets,
} from '../../../packages/core/src/document/index.ts'
import { codeBlocks, readPage, sectionOf } from '../../docs/markdown.ts'
import { createAuthority } from '../../fixtures/certificates.ts'

const authority = createAuthority('root')
const { cert: ROOT } = authority
const server = authority.issue('server')
/** Of RFC 8037, appendix A.2. */
const ED25519 = { kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' }
const OPAQUE = {
  verify: { kind: 'webhook', url: 'https://hook.example', secret: 'acme-webhook' },
}

it('compiles the roots without the text around them, and names the secret', () => {
  const fields = { ca: `# ours\n${ROOT}# end\n`, clientCertificate: 'broker-certificate' }
  const tls = { ca: ROOT, clientCertificate: 'acme/broker-certificate' }
  const jwt = compile(fields)
  expect(jwt.errors).toEqual([])
  expect(jwt.tenant?.issuers[0]?.profile.tls).toEqual(tls)
  expect(jwt.tenant && namedSecrets(jwt.tenant)).toEqual(['acme/broker-certificate'])
  const opaque = compile({ ...fields, ...OPAQUE })
  expect(opaque.tenant?.opaqueIssuers?.[0]?.tls).toEqual(tls)
  expect(opaque.tenant && namedSecrets(opaque.tenant)).toEqual([
    'acme/acme-webhook',
    'acme/broker-certificate',
  ])
})

it('adds nothing to an issuer without them', () => {
  expect(compile({}).tenant?.issuers[0]?.profile).not.toHaveProperty('tls')
  expect(compile(OPAQUE).tenant?.opaqueIssuers?.[0]).not.toHaveProperty('tls')
})

it('accepts the rest of the chain beside the root', () => {
  expect(compile({ ca: server.cert + ROOT }).errors).toEqual([])
})

it('compiles the example of the page', () => {
  const page = readPage('packages/core/docs/tenant-document.md')
  const [example = ''] = codeBlocks(sectionOf(page, '### Private providers'), 'yaml')
  const rest =
    'tenant: acme\nrules: [{ name: all, grant: read }]\ngrants: { read: { role: ROLE } }\n'
  const role = 'arn:aws:iam::111122223333:role/acme'
  const { tenant, errors } = compileTenant(rest.replace('ROLE', `'${role}'`) + example, 'acme.yaml')
  expect(errors.map(formatError)).toEqual([])
  expect(tenant?.issuers[0]?.profile.tls?.clientCertificate).toBe('acme/broker-certificate')
})

it.each([
  ['no certificate', { ca: 'none' }, 'ca contains 0 certificates in PEM'],
  ['too many', { ca: ROOT.repeat(11) }, 'ca contains 11 certificates in PEM'],
  ['half a certificate', { ca: half(ROOT) }, 'certificate 1 of ca cannot be read'],
  ['a server’s own certificate', { ca: server.cert }, 'no certificate of ca is a root'],
  ['a private key', { ca: ROOT + authority.key }, 'ca contains a private key'],
  ['a certificate as the name of a secret', { clientCertificate: ROOT }, 'wrong format'],
  [
    'roots for keys that are never fetched',
    { ca: ROOT, verify: { kind: 'jwt', keys: [ED25519] } },
    'ca has no effect with verify.keys',
  ],
])('refuses %s', (_what, fields, message) => {
  const { tenant, errors } = compile(fields)
  const text = errors.map(formatError).join('\n')
  expect([tenant, text]).toEqual([undefined, expect.stringContaining(message)])
  expect(text).not.toContain(authority.key.slice(40, 80))
})

function half(pem: string): string {
  const lines = pem.split('\n')
  return [...lines.slice(0, 3), ...lines.slice(-2)].join('\n')
}

function compile(fields: object) {
  const document = {
    tenant: 'acme',
    issuers: [{ issuer: 'https://id.corp.example', audiences: ['app'], ...fields }],
    rules: [{ name: 'all', grant: 'read' }],
    grants: { read: { role: 'arn:aws:iam::111122223333:role/acme' } },
  }
  return compileTenant(JSON.stringify(document), 'acme.json')
}
