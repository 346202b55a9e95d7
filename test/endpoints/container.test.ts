/** The container credentials endpoint: the response that AWS SDKs read. */
import { expect, it } from 'vitest'
import { SECRET_ACCESS_KEY, SESSION_TOKEN, startTestBroker } from '../fixtures/index.ts'

it.each(['', 'Bearer '])('responds as SDKs expect to the header "%sTOKEN"', async (scheme) => {
  const broker = await startTestBroker()
  const { status, body } = await broker.get('/v1/tenants/acme/grants/read/credentials', {
    authorization: `${scheme}${await broker.token()}`,
  })
  expect([status, JSON.parse(body)]).toEqual([
    200,
    {
      AccessKeyId: 'ASIA0123456789ABCDEF',
      SecretAccessKey: SECRET_ACCESS_KEY,
      Token: SESSION_TOKEN,
      Expiration: '2030-01-01T00:00:00Z',
      AccountId: '111122223333',
    },
  ])
})
