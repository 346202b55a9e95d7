/** The two functions of a stage in Lambda's runtime interface client, with KMS and a table. */
import path from 'node:path'
import { z } from 'zod'
import { closeAfterTests, startTestBroker, tenantDocument } from '../fixtures/index.ts'
import { startKmsServer } from '../fixtures/kms-server.ts'
import { lambdaEvent } from '../fixtures/lambda-event.ts'
import { REGION, startTenantsTable } from '../fixtures/tenants-table.ts'
import { openOperatorTable, writeTenant } from '../fixtures/write-tenants.ts'
import { type Lambda, startLambda } from './runtime-api.ts'

const DIST = path.join(import.meta.dirname, '../../dist')
const RESPONSE = z.object({ payload: z.object({ statusCode: z.number(), body: z.string() }) })

/** What it starts is closed after the tests. */
export async function startStageFunctions() {
  const kms = await closeAfterTests(startKmsServer())
  const table = await closeAfterTests(startTenantsTable())
  // Only its environment, issuer and STS are used; the app is the one in the bundle.
  const {
    environment,
    issuer: idp,
    sts,
    token,
  } = await startTestBroker({
    documents: [],
    environment: table.environment,
  })
  const operator = openOperatorTable(table)
  await writeTenant(operator, tenantDocument('acme', idp.url))
  operator.close()
  table.requests.length = 0
  const [current, next] = [kms.createKey('RSA_2048'), kms.createKey('ECC_NIST_P256')]
  const { BROKER_SIGNING_KEY: _, ...common } = environment
  const kmsVariables = { ...kms.environment, BROKER_KMS_ENDPOINT: kms.url, BROKER_LOCAL: '1' }
  const broker = await closeAfterTests(
    startLambda({
      bundle: path.join(DIST, 'broker'),
      environment: {
        ...common,
        ...kmsVariables,
        BROKER_KMS_SIGNING_KEY: current,
        AWS_REGION: REGION,
        BROKER_TENANTS_TABLE: table.name,
        BROKER_DYNAMODB_ENDPOINT: table.url,
      },
    }),
  )
  const issuer = await closeAfterTests(
    startLambda({
      bundle: path.join(DIST, 'issuer'),
      environment: {
        ...kmsVariables,
        BROKER_ISSUER: 'http://127.0.0.1:8787',
        BROKER_KMS_PUBLISHED_KEYS: `${current},${next}`,
      },
    }),
  )
  const invoke = async (lambda: Lambda, event: unknown) =>
    RESPONSE.parse(await lambda.invoke(event)).payload
  return {
    ...{ broker, issuer, kms, table, sts },
    async get(lambda: Lambda, path: string) {
      const { statusCode, body } = await invoke(lambda, lambdaEvent({ method: 'GET', path }))
      return { status: statusCode, json: JSON.parse(body) }
    },
    /** Requests credentials. @returns the status */
    async issue(lambda = broker) {
      return (await invoke(lambda, lambdaEvent({ token: await token() }))).statusCode
    },
  }
}
