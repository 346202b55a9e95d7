/** A suspended user gets the grant of the deny rule alone, at every endpoint. */
import { expect, it } from 'vitest'
import { startTestBroker } from '../fixtures/index.ts'
import { ENDPOINTS, sendHonestRequest } from '../security/endpoint-requests.ts'

const documentOf = (issuer: string) => `
tenant: acme
issuers: [{ issuer: '${issuer}', audiences: [acme-app] }]
rules:
  - { name: everybody, grant: full }
  - { name: suspended, when: 'claims.status == "suspended"', grant: notice, deny: true }
grants:
  notice: { role: 'arn:aws:iam::111122223333:role/app' }
  full: { role: 'arn:aws:iam::111122223333:role/app' }
`
const broker = await startTestBroker({ documents: (url) => [documentOf(url)] })

it.each(ENDPOINTS)('the %s endpoint', async (endpoint) => {
  const request = async (grant: string, status: string) => {
    const token = await broker.token({ status })
    await sendHonestRequest(broker.app, endpoint, { token, tenant: 'acme', grant })
    return broker.audit.at(-1)
  }
  expect(await request('full', 'active')).toMatchObject({ grant: 'full', rule: 'everybody' })
  expect(await request('notice', 'suspended')).toMatchObject({ grant: 'notice', rule: 'suspended' })
  expect(await request('full', 'suspended')).toMatchObject({
    outcome: 'refused',
    code: 'access_denied',
    reason:
      'The deny rule "suspended" applies, and does not lead to the requested grant: expected ' +
      '"full", found "notice", because of claims.status == "suspended" with claims.status = ' +
      '"suspended"; request its grant where it has one, or correct the claim or the rule. ' +
      '(match: deny rule "suspended" leads to the requested grant)',
  })
})
