/** Sessions of a grant with `reuse` when the operator changes what led to them. */
import { expect, it } from 'vitest'
import { closeAfterTests } from '../fixtures/index.ts'
import { invokeBundle } from '../fixtures/invoke-bundle.ts'
import { lambdaEvent } from '../fixtures/lambda-event.ts'
import { startTenantsTable } from '../fixtures/tenants-table.ts'
import { openOperatorTable, writeTenant } from '../fixtures/write-tenants.ts'
import {
  accessKeyOf,
  MINUTE_MS,
  type ReuseBroker,
  request,
  reusedDocument,
  startReuseBroker,
} from './reuse-broker.ts'

const OF_STORED = { claims: { aud: 'stored-app' }, body: { tenant: 'stored' } }

it('are forgotten as soon as the broker reads another document of the tenant', async () => {
  const table = await closeAfterTests(startTenantsTable())
  const operator = await closeAfterTests(openOperatorTable(table))
  const broker: ReuseBroker = await startReuseBroker({ environment: table.environment })
  const document = reusedDocument('stored', broker.issuer.url)
  await writeTenant(operator, document)
  const ask = async () => (await request(broker, OF_STORED)).accessKeyId
  expect([await ask(), await ask()]).toEqual([accessKeyOf(1), accessKeyOf(1)])
  expect((await request(broker)).accessKeyId).toBe(accessKeyOf(2))
  // Nothing of the session would be another: even then, the new document decides about a new one.
  await writeTenant(operator, `# changed\n${document}`)
  broker.set(MINUTE_MS)
  await ask()
  expect([await ask(), await ask()]).toEqual([accessKeyOf(3), accessKeyOf(3)])
  // The tenant of the bundled file has not changed.
  expect((await request(broker)).accessKeyId).toBe(accessKeyOf(2))
  await writeTenant(operator, document.replaceAll('reuse: 5m', ''))
  broker.set(2 * MINUTE_MS)
  await ask()
  expect([await ask(), await ask()]).toEqual([accessKeyOf(5), accessKeyOf(6)])
})

it('are loaded by the built function with the first request for such a grant', async () => {
  const broker = await startReuseBroker()
  const event = lambdaEvent({ token: await broker.token() })
  const { statusCode, json } = await invokeBundle('broker', event, broker.environment)
  expect([statusCode, json.credentials?.accessKeyId]).toEqual([200, accessKeyOf(1)])
})
