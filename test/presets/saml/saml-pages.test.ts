/** Each SAML page: its tenant document accepts the provider's responses, and no others. */
import { beforeAll, describe, expect, it } from 'vitest'
import { readPage, tableRows } from '../../docs/markdown.ts'
import { skipsXmlsec1 } from '../../fixtures/saml-documents.ts'
import { startProviderBroker } from '../provider-broker.ts'
import { examine, readProviderPage } from '../provider-page.ts'
import { SAML_SAMPLES } from './all-saml-samples.ts'
import { federationMetadataOf, metadataOf } from './saml-metadata.ts'
import { BROKER, type SamlSample, type SampleChange } from './saml-sample.ts'
import { providerResponse } from './write-response.ts'
import { createXmlSigner, type XmlSigner } from './xml-signer.ts'

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/

it('has a sample of every page, which the overview lists', () => {
  const listed = tableRows(readPage('packages/core/docs/saml/README.md')).flatMap(
    ([cell = '']) => /^\[.*\]\(([a-z-]+)\.md\)$/.exec(cell)?.[1] ?? [],
  )
  expect(SAML_SAMPLES.map(({ page }) => page).toSorted()).toEqual(listed.toSorted())
})

describe.skipIf(skipsXmlsec1()).each(SAML_SAMPLES)('$page', (sample) => {
  const page = readProviderPage(`saml/${sample.page}`)
  let broker: Awaited<ReturnType<typeof startProviderBroker>>
  let signer: XmlSigner
  let stranger: XmlSigner
  beforeAll(async () => {
    signer = createXmlSigner()
    stranger = createXmlSigner()
    broker = await startProviderBroker(withCertificate(page.document, signer), {
      documents: publishedBy(sample, page.document, signer),
    })
  })

  const present = async (change: SampleChange = {}) => {
    const token = responseOf(sample, change.hasOtherKey ? stranger : signer, change)
    const { status, body } = await broker.post('/v1/credentials', undefined, {
      ...{ token, tokenType: 'saml2' },
    })
    return status === 200 ? 'issued' : JSON.parse(body).code
  }

  it('has a document without findings, which proves its callers separate', () => {
    expect(examine(page.document)).toEqual({ problems: [], verdicts: new Set(['separate']) })
  })

  it('accepts a response in its real form', async () => {
    expect(await present()).toBe('issued')
    const { issuer, nameId: subject } = sample.content
    expect(broker.audit.at(-1)).toMatchObject({ outcome: 'issued', issuer, subject })
    const policy = JSON.parse(broker.sts.calls.at(-1)?.get('Policy') ?? '{}')
    expect(JSON.stringify(policy)).toContain(`"${sample.resource}"`)
  })

  it('refuses the signature of another key, and a change of what is signed', async () => {
    expect(await present({ hasOtherKey: true })).toBe('invalid_token')
    const xml = Buffer.from(responseOf(sample, signer, {}), 'base64').toString()
    const { nameId = '' } = sample.content
    expect(xml).toContain(`>${nameId}<`)
    const token = Buffer.from(xml.replace(`>${nameId}<`, `>${nameId}x<`)).toString('base64')
    const { body } = await broker.post('/v1/credentials', undefined, { token, tokenType: 'saml2' })
    expect(JSON.parse(body).code).toBe('invalid_token')
  })

  it('has a page that lists mistakes with the refusal that each gets', async () => {
    const found: string[][] = []
    for (const [what, change] of Object.entries(sample.mistakes))
      found.push([what, `\`${await present(change)}\``])
    expect(page.mistakes).toEqual(found)
  })
})

/** @returns base64 */
function responseOf(sample: SamlSample, signer: XmlSigner, change: SampleChange): string {
  const { ageSeconds = 0, hasOtherKey: _, ...content } = change
  const xml = providerResponse(sample.style, {
    ...BROKER,
    ...sample.content,
    ...{ issuedAtMs: Date.now() - ageSeconds * 1000, ...content },
  })
  return Buffer.from(signer.sign(xml, sample.style.signs)).toString('base64')
}

/** A page without a URL of metadata has a certificate, in whose place the test's is. */
function withCertificate(document: string, { certificate }: XmlSigner): string {
  return document.replace(
    CERTIFICATE,
    `-----BEGIN CERTIFICATE-----\n          ${certificate}\n          -----END CERTIFICATE-----`,
  )
}

function publishedBy(
  { content: { issuer }, hasFederationMetadata }: SamlSample,
  document: string,
  signer: XmlSigner,
): Readonly<Record<string, string>> {
  const [, url] = /metadataUrl: (\S+)/.exec(document) ?? []
  if (url === undefined) return {}
  const metadata = hasFederationMetadata
    ? federationMetadataOf(issuer, signer)
    : metadataOf(issuer, signer.certificate)
  return { [url]: metadata }
}
