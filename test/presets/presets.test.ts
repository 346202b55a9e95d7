/** Each preset: the tenant document of its page accepts the provider's tokens, and no others. */
import { beforeAll, describe, expect, it } from 'vitest'
import { PRESETS } from '../../packages/core/src/document/issuers/presets/all-presets.ts'
import { readPage, sectionOf, tableRows } from '../docs/markdown.ts'
import { startProviderBroker } from './provider-broker.ts'
import { examine, readProviderPage } from './provider-page.ts'
import { createProviderTokens } from './provider-tokens.ts'
import { SAMPLES } from './samples/all-samples.ts'

it('has a sample of every preset, which the pages list', () => {
  const kinds: readonly string[] = PRESETS.map(({ kind }) => kind).toSorted()
  const listedIn = (page: string, column: number) =>
    tableRows(page)
      .map((cells) => /^`([a-z0-9-]+)`$/.exec(cells[column] ?? '')?.[1] ?? '')
      .filter((cell) => kinds.includes(cell))
      .toSorted()
  expect(SAMPLES.map(({ kind }) => kind).toSorted()).toEqual(kinds)
  expect(listedIn(readPage('packages/core/docs/providers/README.md'), 1)).toEqual(kinds)
  const reference = readPage('packages/core/docs/tenant-document.md')
  expect(listedIn(sectionOf(reference, '### Presets'), 0)).toEqual(kinds)
})

describe.each(SAMPLES)('$kind', (sample) => {
  const { kind, claims, accepted = {}, alternatives = {}, mistakes } = sample
  const page = readProviderPage(`providers/${kind}`)
  const { document } = page
  let broker: Awaited<ReturnType<typeof startProviderBroker>>
  let tokens: Awaited<ReturnType<typeof createProviderTokens>>
  beforeAll(async () => {
    tokens = await createProviderTokens(sample)
    const documents = sample.documents(tokens.keySet)
    broker = await startProviderBroker(document, { documents, keySetType: sample.keySetType })
  })

  const present = async (token: string) => {
    const { status, body } = await broker.post('/v1/credentials', token)
    return status === 200 ? 'issued' : JSON.parse(body).code
  }
  const presentWith = async (changed: Readonly<Record<string, unknown>>) =>
    present(await tokens.token({ claims: changed }))

  it('has a page whose document has no finding, and proves its callers separate', () => {
    expect(examine(document)).toEqual({ problems: [], verdicts: new Set(['separate']) })
    expect(document).toContain(`kind: ${kind}`)
  })

  it('accepts a token in its real form', async () => {
    expect(await present(await tokens.token())).toBe('issued')
    expect(broker.audit.at(-1)).toMatchObject({
      outcome: 'issued',
      issuer: claims.iss,
      subject: sample.subject,
    })
    const policy = JSON.parse(broker.sts.calls.at(-1)?.get('Policy') ?? '{}')
    expect(JSON.stringify(policy)).toContain(`"${sample.resource}"`)
  })

  it('finds the keys where the provider publishes them', () => {
    expect(broker.requests.toSorted()).toEqual(Object.keys(sample.documents({})).toSorted())
  })

  it.each(Object.entries(accepted))('accepts a token %s', async (_, changed) => {
    expect(await presentWith(changed)).toBe('issued')
  })

  it.each(Object.entries(alternatives))(
    'accepts %s with what the page says to write',
    async (_, { replace, described, claims: changed, subject, documents }) => {
      let changedDocument = document
      for (const [text, by] of replace) {
        expect(changedDocument).toContain(text)
        changedDocument = changedDocument.replaceAll(text, by)
      }
      for (const text of described) {
        expect(page.text).toContain(`\`${text}\``)
        expect(changedDocument).toContain(text)
      }
      expect(examine(changedDocument).problems).toEqual([])
      const other = await startProviderBroker(changedDocument, {
        documents: (documents ?? sample.documents)(tokens.keySet),
      })
      const { status } = await other.post(
        '/v1/credentials',
        await tokens.token({ claims: changed }),
      )
      expect(other.audit.at(-1)).toMatchObject({ outcome: 'issued', subject })
      expect(status).toBe(200)
    },
  )

  it('refuses a token of another application', async () => {
    expect(await presentWith(sample.otherApplication)).toBe('access_denied')
  })

  it('refuses a token of another customer of the provider', async () => {
    const isOtherIssuer = 'iss' in sample.otherTenant
    const code = isOtherIssuer ? 'issuer_untrusted' : 'access_denied'
    expect(await presentWith(sample.otherTenant)).toBe(code)
  })

  it('refuses an expired token', async () => {
    const issuedAt = Math.floor(Date.now() / 1000) - sample.lifetimeSeconds - 60
    expect(await present(await tokens.token({ issuedAt }))).toBe('token_expired')
  })

  it('refuses a signature that is not the provider’s', async () => {
    for (const signed of [tokens.forged(), tokens.foreign(), tokens.confused()])
      expect(await present(await signed)).toBe('invalid_token')
  })

  it('has a page that lists mistakes with the refusal that each gets', async () => {
    const found: string[][] = []
    for (const [what, changed] of Object.entries(mistakes)) {
      const isText = typeof changed === 'string'
      found.push([what, `\`${await (isText ? present(changed) : presentWith(changed))}\``])
    }
    expect(page.mistakes).toEqual(found)
  })
})
