/** No change of a real response, without the key of its provider, makes it another identity. */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { PROPERTY_RUNS } from '../fixtures/property-runs.ts'
import { CHANGE_KINDS, changeXml } from './change-xml.ts'
import { describeWithSamlProvider } from './describe-with-provider.ts'
import { LEMONLDAP } from './providers/lemonldap.ts'
import { SIMPLESAMLPHP } from './providers/simplesamlphp.ts'
import type { RunningSamlProvider } from './providers/start-provider.ts'
import { startSamlBroker } from './saml-broker.ts'

/** Of an empty document too. No change causes an internal error. */
const REFUSALS = ['invalid_token', 'issuer_untrusted', 'access_denied', 'invalid_request']

const start = async (provider: RunningSamlProvider) => ({
  ...(await startSamlBroker(provider)),
  xml: Buffer.from(await provider.signIn('alice'), 'base64').toString(),
})
const changes = fc.array(
  fc.record({ kind: fc.constantFrom(...CHANGE_KINDS), at: fc.nat(), to: fc.nat() }),
  { minLength: 1, maxLength: 3 },
)

for (const product of [SIMPLESAMLPHP, LEMONLDAP])
  describeWithSamlProvider(product, 'changed responses', start, (started) => {
    it('are refused, or are still about the same user', { timeout: 120_000 }, async () => {
      const { url, audit, xml } = started()
      const send = async (text: string) => {
        const body = JSON.stringify({
          ...{ token: Buffer.from(text).toString('base64'), tokenType: 'saml2' },
        })
        const headers = { 'content-type': 'application/json' }
        await (await fetch(`${url}/v1/credentials`, { method: 'POST', headers, body })).text()
        return audit.at(-1)
      }
      expect(await send(xml)).toMatchObject({ outcome: 'issued' })
      const codes = new Map<string, number>()
      await fc.assert(
        fc.asyncProperty(changes, async (wanted) => {
          const record = await send(changeXml(xml, wanted))
          const result = record?.code ?? record?.outcome ?? 'none'
          codes.set(result, (codes.get(result) ?? 0) + 1)
          if (record?.outcome === 'issued')
            expect(record).toMatchObject({
              ...{ subject: 'alice@acme.example', grant: 'support' },
              sessionTags: { tenant: 'acme', team: 'red' },
            })
          else expect(REFUSALS).toContain(result)
        }),
        { numRuns: PROPERTY_RUNS.numRuns / 10 },
      )
      console.log(`${product.name}, changed responses:`, Object.fromEntries(codes))
    })
  })
