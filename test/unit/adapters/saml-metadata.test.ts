/** The metadata of an identity provider: read strictly, and used as long as it says. */
import { BrokerError, type VerificationProfile } from '@token-broker/core'
import { describe, expect, it } from 'vitest'
import { keyOfCertificate } from '../../../packages/core/src/saml/certificate-key.ts'
import { readMetadata } from '../../../packages/core/src/saml/read-metadata.ts'
import { createKeyCache } from '../../../packages/functions/src/adapters/verifiers/key-cache.ts'
import {
  createSamlKey,
  RESPONSE_SIGNATURE,
  type SamlKey,
  signatureXml,
  signSaml,
  skipsXmlsec1,
} from '../../fixtures/saml-documents.ts'

const ISSUER = 'https://idp.example/metadata'
const KEYS = [createSamlKey(), createSamlKey('P-256')]
const [FIRST, SECOND] = KEYS.map(({ certificate }) => keyOf(certificate))
const PROTOCOL = 'urn:oasis:names:tc:SAML:2.0:protocol'

describe('metadata', () => {
  it('lists several signing certificates, for rotation', () => {
    expect(read(metadataXml())).toMatchObject({ jwks: [FIRST, SECOND], validUntilMs: undefined })
  })

  it('lists each certificate once, and none for encryption', () => {
    const [first = ''] = descriptors()
    const twice = metadataXml({ keys: first + first.replace('signing', 'encryption') + first })
    expect(read(twice).jwks).toMatchObject([FIRST])
    expect(read(metadataXml({ keys: first.replace(' use="signing"', '') })).jwks).toHaveLength(1)
  })

  it('says how long it counts', () => {
    const xml = metadataXml({
      root: ' validUntil="2030-01-02T00:00:00Z" cacheDuration="PT1H"',
      role: ' validUntil="2030-01-01T00:00:00Z" cacheDuration="P1DT2H3M4.5S"',
    })
    expect(read(xml)).toMatchObject({
      validUntilMs: Date.parse('2030-01-01T00:00:00Z'),
      cacheMs: 3_600_000,
    })
    expect(read(metadataXml({ root: ' cacheDuration="P1Y2M3D"' })).cacheMs).toBe(
      (365 + 56 + 3) * 86_400_000,
    )
  })

  it('may begin with a byte order mark, as that of AD FS does', () => {
    expect(read(`\ufeff${metadataXml()}`).jwks).toHaveLength(2)
  })

  it.each<[name: string, xml: string, message: string]>([
    ['another entity', metadataXml({ entityId: 'https://other.example' }), 'is of another entity'],
    ['no metadata', '<a/>', 'is not the EntityDescriptor of one entity'],
    ['no certificate', metadataXml({ keys: '' }), 'has 0 signing certificates'],
    ['too many certificates', metadataXml({ keys: manyKeys() }), 'has 11 signing certificates'],
    ['SAML 1.1 alone', metadataXml({ protocols: 'urn:oasis:names:tc:SAML:1.1:protocol' }), 'has 0'],
    ['a corrupt certificate', metadataXml().replace(/MII[^<]{40}/, 'MII'), 'that cannot be read'],
    ['an unreadable end', metadataXml({ root: ' validUntil="2030"' }), 'not a time in UTC'],
    ['an unreadable duration', metadataXml({ root: ' cacheDuration="1h"' }), 'not a duration'],
    ['an empty duration', metadataXml({ root: ' cacheDuration="PT"' }), 'not a duration'],
    ['a comment', metadataXml({ keys: '<!-- key -->' }), 'has a comment'],
  ])('is refused: %s', (_, xml, message) => {
    expect(() => read(xml)).toThrow(message)
  })
})

describe.skipIf(skipsXmlsec1())('signed metadata', () => {
  const [own, other] = [createSamlKey(), createSamlKey()]
  const template = metadataXml({ root: ' ID="_m"', signature: signatureXml({ id: '_m' }) })
  const signed = skipsXmlsec1() ? '' : signSaml(template, own, RESPONSE_SIGNATURE)

  it('is accepted with the certificate that the document names', () => {
    expect(read(signed, [keyOf(other.certificate), keyOf(own.certificate)]).jwks).toHaveLength(2)
  })

  it('is refused with another one, although its own certificate is in it', () => {
    expect(() => read(signed, [keyOf(other.certificate)])).toThrow('is not signed with a key of')
    expect(read(signed).jwks).toHaveLength(2)
  })

  it.each([[[]], [[keyOf(own.certificate)]]])('is refused if it was changed', (signers) => {
    const changed = signed.replace('use="signing"', 'use="encryption"')
    expect(() => read(changed, signers)).toThrow(/was changed|is not signed/)
  })

  it('is read from what is signed alone', () => {
    const inside = signed
      .replace('ID="_m"', 'ID="_x"')
      .replace('<md:IDPSSODescriptor', '<md:IDPSSODescriptor ID="_m"')
    expect(() => read(inside)).toThrow('a signature over another element')
  })

  it('is refused without a signature, if the document names a certificate', () => {
    expect(() => read(metadataXml(), [keyOf(own.certificate)])).toThrow('has no signature')
  })
})

describe('the keys of metadata', () => {
  it('are fetched again for a signature that no known key fits, once in 30 s', async () => {
    const cache = createCache([metadataXml({ keys: descriptors()[0] ?? '' }), metadataXml()])
    expect(await cache.keys()).toHaveLength(1)
    expect(await cache.keys({ keyId: '(none)' })).toHaveLength(2)
    expect(await cache.keys({ keyId: '(none)' })).toHaveLength(2)
    expect(cache.fetches()).toBe(2)
    cache.advance(30)
    await cache.keys({ keyId: '(none)' })
    expect(cache.fetches()).toBe(3)
  })

  it('are used for 10 minutes, or as the metadata says, and for at least 1 minute', async () => {
    const fetchesAfter = async (root: string, seconds: number) => {
      const cache = createCache([metadataXml({ root })])
      await cache.keys()
      cache.advance(seconds)
      await cache.keys()
      return cache.fetches()
    }
    expect(await fetchesAfter('', 599)).toBe(1)
    expect(await fetchesAfter('', 600)).toBe(2)
    expect(await fetchesAfter(' cacheDuration="P1D"', 600)).toBe(2)
    expect(await fetchesAfter(' cacheDuration="PT2M"', 119)).toBe(1)
    expect(await fetchesAfter(' cacheDuration="PT2M"', 120)).toBe(2)
    expect(await fetchesAfter(' cacheDuration="PT1S"', 59)).toBe(1)
  })

  it('are used while the provider is down, but not after validUntil', async () => {
    const validUntil = ` validUntil="${new Date(7_200_000).toISOString()}"`
    const cache = createCache([metadataXml({ root: validUntil }), undefined])
    await cache.keys()
    cache.advance(3_600)
    expect(await cache.keys()).toHaveLength(2)
    cache.advance(3_600)
    await expect(cache.keys()).rejects.toMatchObject({ code: 'issuer_unavailable' })
  })

  it('are none of metadata that is over when it is fetched', async () => {
    const over = ` validUntil="${new Date(0).toISOString()}"`
    await expect(createCache([metadataXml({ root: over })]).keys()).rejects.toMatchObject({
      code: 'issuer_unavailable',
      message: expect.stringContaining('is no longer valid (validUntil)'),
    })
  })

  it('are those of the document until its validUntil', async () => {
    const cache = createCache([])
    const keys = {
      from: 'inline',
      jwks: [keyOf(KEYS[0]?.certificate)],
      validUntilMs: 60_000,
    } as const
    expect(await cache.keys({ keys })).toHaveLength(1)
    cache.advance(60)
    await expect(cache.keys({ keys })).rejects.toMatchObject({ code: 'issuer_unavailable' })
  })

  it('are none of a response that is not metadata of the issuer', async () => {
    await expect(createCache(['<html/>']).keys()).rejects.toMatchObject({
      code: 'issuer_unavailable',
      message:
        'The SAML metadata of https://idp.example/m is not the EntityDescriptor of one entity.',
    })
  })
})

function createCache(responses: readonly (string | undefined)[]) {
  let nowMs = 0
  let fetches = 0
  const fetchJson = async () => {
    const xml = responses[Math.min(fetches++, responses.length - 1)]
    if (xml === undefined) throw new BrokerError('issuer_unavailable', 'down')
    return xml
  }
  const cache = createKeyCache({ fetchJson, now: () => nowMs })
  const keys: VerificationProfile['keys'] = {
    from: 'metadata',
    metadataUrl: 'https://idp.example/m',
  }
  const profile = {
    ...{ issuer: ISSUER, algorithms: [], types: [], keys },
    ...{ maxTokenAgeSeconds: 300, clockToleranceSeconds: 30 },
  }
  return {
    keys: ({ keyId, ...more }: { keyId?: string; keys?: VerificationProfile['keys'] } = {}) =>
      cache.keysFor({ ...profile, ...more }, keyId, 1_000),
    advance: (seconds: number) => {
      nowMs += seconds * 1000
    },
    fetches: () => fetches,
  }
}

function read(xml: string, signers: Parameters<typeof readMetadata>[2] = []) {
  return readMetadata(xml, ISSUER, signers)
}

function keyOf(certificate = '') {
  const key = keyOfCertificate(certificate)
  if (key === undefined) throw new Error('the certificate cannot be read')
  return key
}

function descriptors(keys: readonly SamlKey[] = KEYS): readonly string[] {
  return keys.map(
    ({ certificate }) =>
      '<md:KeyDescriptor use="signing"><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#">' +
      `<ds:X509Data><ds:X509Certificate>${certificate.replace(/-----[^-]+-----/g, '')}` +
      '</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>',
  )
}

function manyKeys(): string {
  return descriptors(Array.from({ length: 11 }, () => createSamlKey('P-256'))).join('')
}

function metadataXml({
  root = '',
  role = '',
  signature = '',
  keys = descriptors().join('\n'),
  entityId = ISSUER,
  protocols = `urn:x ${PROTOCOL}`,
} = {}): string {
  return (
    `<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="${entityId}"` +
    `${root}>${signature}<md:IDPSSODescriptor protocolSupportEnumeration="${protocols}"${role}>` +
    `${keys}<md:SingleSignOnService Binding="b" Location="l"/></md:IDPSSODescriptor>` +
    '<md:Organization xml:lang="en"><md:OrganizationName/></md:Organization>' +
    '</md:EntityDescriptor>'
  )
}
