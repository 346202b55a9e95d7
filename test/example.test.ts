/** The example of test/README.md: a blocked caller is refused, and the audit record says so. */
import { expect, it } from 'vitest'
import { startTestBroker } from './fixtures/index.ts'

it('refuses a blocked caller, and records the refusal', async () => {
  const { audit, post, token } = await startTestBroker()

  const response = await post('/v1/credentials', await token({ blocked: true }))

  expect(response.status).toBe(403)
  expect(JSON.parse(response.body)).toMatchObject({ code: 'access_denied' })
  expect(audit.at(-1)).toMatchObject({ outcome: 'refused', subject: 'alice' })
})
