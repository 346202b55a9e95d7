/** Sessions keep their names with the key of the deployment, and have others without it. */
import { expect, it } from 'vitest'
import { startTestBroker, tenantDocument } from '../fixtures/index.ts'

const first = await startTestBroker()
const { issuer, sts } = first

it('a caller has the same session name in each instance with the same key', async () => {
  const instance = (environment: Record<string, string>) =>
    startTestBroker({
      ...{ issuer, sts, environment },
      documents: (url) => [tenantDocument('acme', url)],
    })
  const { BROKER_SESSION_NAME_KEY: key = '' } = first.environment
  const token = await first.token()
  const nameAt = async (broker: typeof first) => {
    expect((await broker.post('/v1/credentials', token)).status).toBe(200)
    return sts.calls.at(-1)?.get('RoleSessionName')
  }
  const name = await nameAt(first)
  expect(name).toMatch(/^alice-[a-z2-7]{16}$/)
  expect(await nameAt(await instance({ BROKER_SESSION_NAME_KEY: key }))).toBe(name)
  const other = await nameAt(await instance({ BROKER_SESSION_NAME_KEY: 'o'.repeat(64) }))
  expect(other).toMatch(/^alice-[a-z2-7]{16}$/)
  expect(other).not.toBe(name)
})
