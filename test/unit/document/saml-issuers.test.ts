/** Issuers of SAML assertions in tenant documents. */
import { compileTenant, formatError } from '@token-broker/core/document'
import { describe, expect, it } from 'vitest'
import { createSamlKey } from '../../fixtures/saml-documents.ts'

const KEY = createSamlKey()
const EC_KEY = createSamlKey('P-256')
const ISSUER = 'https://idp.example/metadata'
const RECIPIENT = 'https://broker.example/v1/saml/acs'
const BODY = KEY.certificate.replace(/-----[^-]+-----|\s/g, '')
const METADATA =
  `<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="${ISSUER}" ` +
  'validUntil="2030-01-01T00:00:00Z"><md:IDPSSODescriptor ' +
  'protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"><md:KeyDescriptor>' +
  '<ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data><ds:X509Certificate>' +
  `${BODY}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>` +
  '</md:IDPSSODescriptor></md:EntityDescriptor>'

describe('the keys of an issuer of assertions', () => {
  it('are those of its certificates', () => {
    const certificates = [KEY.certificate, EC_KEY.certificate]
    const { profile, ...issuer } = compiled({ verify: { certificates } })
    expect(profile).toMatchObject({
      issuer: ISSUER,
      keys: {
        from: 'inline',
        jwks: [
          { kty: 'RSA', e: 'AQAB' },
          { kty: 'EC', crv: 'P-256' },
        ],
      },
      algorithms: [],
      types: [],
      maxTokenAgeSeconds: 300,
      clockToleranceSeconds: 30,
      saml: { recipients: [RECIPIENT], multiValued: [] },
    })
    expect(issuer).toMatchObject({ audiences: ['urn:broker'], anyParty: true, prefetch: false })
  })

  it('are those of metadata in the document, until its end', () => {
    const { profile } = compiled({ verify: { metadata: METADATA } })
    expect(profile.keys).toMatchObject({
      from: 'inline',
      jwks: [{ kty: 'RSA', e: 'AQAB' }],
      validUntilMs: Date.parse('2030-01-01T00:00:00Z'),
    })
  })

  it('are those of metadata by https, which a certificate signs', () => {
    const metadataUrl = 'https://idp.example/metadata?x=1'
    expect(compiled({ verify: { metadataUrl } }).profile.keys).toEqual({
      from: 'metadata',
      metadataUrl,
    })
    const metadataCertificates = [EC_KEY.certificate]
    expect(compiled({ verify: { metadataUrl, metadataCertificates } }).profile.keys).toMatchObject({
      signers: [{ kty: 'EC' }],
    })
  })

  it.each<[name: string, verify: object, message: string]>([
    ['nothing', {}, 'the keys of the issuer are missing; write one of: metadataUrl'],
    [
      'two sources',
      { metadataUrl: 'https://idp.example/m', certificates: [KEY.certificate] },
      'metadataUrl and certificates are mutually exclusive',
    ],
    ['no certificate', { certificates: ['MIIB'] }, 'the certificate cannot be read'],
    [
      'a chain in one text',
      { certificates: [KEY.certificate + KEY.certificate] },
      'the certificate cannot be read',
    ],
    [
      'a private key',
      { certificates: [KEY.certificate + KEY.privateKey] },
      'contains a private key, which must never be in a document',
    ],
    [
      'a short key',
      { certificates: [createSamlKey('rsa-1024').certificate] },
      'the RSA key has only 1024 bits',
    ],
    [
      'another curve',
      { certificates: [createSamlKey('secp256k1').certificate] },
      'crv is missing or is not a curve of kty EC',
    ],
    ['http', { metadataUrl: 'http://idp.example/m' }, 'does not use https'],
    [
      'metadata of another entity',
      { metadata: METADATA.replace(ISSUER, 'https://other.example') },
      'the metadata is of another entity than the issuer',
    ],
    ['no metadata', { metadata: 'https://idp.example/metadata' }, 'the metadata has text outside'],
    [
      'metadata without a signature',
      { metadata: METADATA, metadataCertificates: [KEY.certificate] },
      'the metadata has no signature, although',
    ],
    [
      'a signer without metadata',
      { certificates: [KEY.certificate], metadataCertificates: [KEY.certificate] },
      'metadataCertificates has no effect without metadata',
    ],
  ])('are refused: %s', (_, verify, message) => {
    expect(errorsOf({ verify })).toContain(message)
  })
})

describe('an issuer of assertions', () => {
  const verify = { certificates: [KEY.certificate] }

  it.each(['algorithms', 'types', 'authorizedParties', 'delegatedTokens', 'audienceClaim'])(
    'has no %s',
    (field) => {
      const values: Readonly<Record<string, unknown>> = {
        algorithms: ['RS256'],
        types: ['x'],
        authorizedParties: ['x'],
        delegatedTokens: 'refuse',
        audienceClaim: 'aud',
      }
      expect(errorsOf({ verify, [field]: values[field] })).toContain(
        `${field} has no effect with verify.kind: saml`,
      )
    },
  )

  it('has lists of its own, a subject, a member and an age', () => {
    const { profile, ...issuer } = compiled({
      verify: { ...verify, multiValued: ['groups', 'groups'] },
      subject: 'claims.uid',
      member: 'claims.org == "acme"',
      maxTokenAge: '1h',
    })
    expect(profile).toMatchObject({
      subject: ['uid'],
      maxTokenAgeSeconds: 3600,
      saml: { multiValued: ['groups'] },
    })
    expect(issuer.memberRequires).toEqual({ claim: ['org'], value: 'acme' })
  })

  it('needs recipients with https', () => {
    expect(errorsOf({ verify: { ...verify, recipients: [] } })).toContain('recipients')
    expect(
      errorsOf({ verify: { ...verify, recipients: ['http://broker.example/acs'] } }),
    ).toContain('does not use https')
  })

  it('has a name that no other issuer of the tenant has', () => {
    const other = {
      issuer: ISSUER,
      audiences: ['x'],
      verify: { kind: 'jwt', jwksUri: `${ISSUER}/k` },
    }
    const message = `duplicate issuer ${ISSUER}`
    expect(errorsOf({ verify }, [other])).toContain(message)
    const opaque = { kind: 'introspection', url: ISSUER, clientId: 'c', clientSecret: 's' }
    expect(errorsOf({ verify }, [{ ...other, verify: opaque }])).toContain(message)
  })

  it('cannot be passed through to STS', () => {
    const grant = { webIdentity: 'pass-through' }
    expect(errorsOf({ verify }, [], grant)).toContain(
      `the tokens of the issuer ${ISSUER} are SAML assertions, which are not web identity tokens`,
    )
    const rule = { when: 'issuer == "https://id.example"' }
    const jwt = { issuer: 'https://id.example', audiences: ['app'] }
    expect(errorsOf({ verify }, [jwt], grant, rule)).toBe('')
  })
})

function errorsOf(issuer: object, more: object[] = [], grant = {}, rule = {}): string {
  return compile(issuer, more, grant, rule).errors.map(formatError).join('\n')
}

function compiled(issuer: object) {
  const { tenant, errors } = compile(issuer)
  const [first] = tenant?.issuers ?? []
  if (first === undefined) throw new Error(errors.map(formatError).join('\n'))
  return first
}

function compile(
  { verify = {}, ...issuer }: { verify?: object },
  more: object[] = [],
  grant = {},
  rule = {},
) {
  const own = { kind: 'saml', recipients: [RECIPIENT], ...verify }
  const document = {
    tenant: 'acme',
    issuers: [{ issuer: ISSUER, audiences: ['urn:broker'], ...issuer, verify: own }, ...more],
    attributes: { user: { from: 'claims.sub', acrossIssuers: true } },
    rules: [{ name: 'all', grant: 'read', ...rule }],
    grants: {
      read: {
        role: 'arn:aws:iam::111122223333:role/acme-app',
        sessionName: '{{user}}',
        policy: [
          { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::a/{{user}}/*' },
        ],
        ...grant,
      },
    },
  }
  return compileTenant(JSON.stringify(document), 'acme.json')
}
