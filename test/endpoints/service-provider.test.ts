/** The metadata of the broker as a SAML service provider. */
import { expect, it } from 'vitest'
import { serviceProviderMetadata } from '../../packages/functions/src/endpoints/service-provider.ts'
import { startTestBroker } from '../fixtures/index.ts'
import { startRefusingBroker } from '../fixtures/refusing-broker.ts'

it('names the broker by its configured URL, whatever Host the request has', async () => {
  const environment = { BROKER_ISSUER: 'https://broker.example/base' }
  const { get } = await startTestBroker({ environment })
  const { status, headers, body } = await get('/saml', { host: 'attacker.example' })
  expect([status, headers['content-type']]).toEqual([200, 'application/samlmetadata+xml'])
  expect(body).toContain('entityID="https://broker.example/base/saml"')
  expect(body).toContain('Location="https://broker.example/base/v1/saml/acs"')
  expect(body).toContain('WantAssertionsSigned="true"')
  expect(body).not.toContain('attacker')
})

it('escapes the URL', () => {
  const metadata = serviceProviderMetadata(`https://broker.example/"><a href='&`)
  expect(metadata).toContain(
    'entityID="https://broker.example/&#34;&#62;&#60;a href=&#39;&#38;/saml"',
  )
})

it('is not served by a broker with a wrong setting', async () => {
  const { url } = await startRefusingBroker('config_invalid')
  const response = await fetch(`${url}/saml`)
  const { code } = JSON.parse(await response.text())
  expect([response.status, code]).toEqual([500, 'config_invalid'])
})

it('refuses a browser that posts a response, without repeating it', async () => {
  const { postForm, audit } = await startTestBroker()
  const { status, body } = await postForm('/v1/saml/acs', { SAMLResponse: 'canary' })
  expect([status, JSON.parse(body)]).toEqual([
    400,
    expect.objectContaining({
      code: 'invalid_request',
      detail: expect.stringContaining('send it as a token of the type saml2'),
    }),
  ])
  expect(audit.at(-1)).toMatchObject({ outcome: 'refused', code: 'invalid_request' })
  expect(JSON.stringify(audit) + body).not.toContain('canary')
})
