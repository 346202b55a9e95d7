/** The broker's own SAML metadata, as independently written identity providers read it. */
import { expect, it } from 'vitest'
import { describeWithSamlProvider } from './describe-with-provider.ts'
import { LEMONLDAP } from './providers/lemonldap.ts'
import { SIMPLESAMLPHP } from './providers/simplesamlphp.ts'

for (const product of [SIMPLESAMLPHP, LEMONLDAP])
  describeWithSamlProvider(
    product,
    'the broker’s metadata',
    async () => ({}),
    (started) => {
      it('addresses a response to the broker that it describes', async () => {
        const response = await started().provider.signIn('alice')
        const xml = Buffer.from(response, 'base64').toString()
        expect(xml).toContain('Destination="https://broker.example/v1/saml/acs"')
        expect(xml).toContain('Recipient="https://broker.example/v1/saml/acs"')
        expect(xml).toContain('<saml:Audience>https://broker.example/saml</saml:Audience>')
      })
    },
  )
