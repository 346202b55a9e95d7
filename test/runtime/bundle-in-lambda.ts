/** The broker's bundle in Lambda's runtime interface client, with the issuer and STS of a test. */
import path from 'node:path'
import { expect } from 'vitest'
import { z } from 'zod'
import { closeAfterTests, startTestBroker } from '../fixtures/index.ts'
import { lambdaEvent } from '../fixtures/lambda-event.ts'
import { type Invocation, type Lambda, type LambdaOptions, startLambda } from './runtime-api.ts'

export const BUNDLE = path.join(import.meta.dirname, '../../dist/broker')

const RESPONSE = z.object({
  statusCode: z.number(),
  headers: z.record(z.string(), z.string()),
  body: z.string(),
})

/** What it starts is closed after the tests. */
export async function prepareBundle() {
  // Only its environment is used; the app is the one in the bundle.
  const { environment: common, issuer, sts, token } = await startTestBroker()
  return {
    issuer,
    sts,
    signingKey: String(common.BROKER_SIGNING_KEY),
    /** An event with a new token of the user. */
    eventOf: async (sub = 'alice') => lambdaEvent({ token: await token({ sub }) }),
    async start(
      environment: LambdaOptions['environment'] = {},
      options: Partial<LambdaOptions> = {},
    ): Promise<Lambda> {
      const metrics = { BROKER_METRICS_NAMESPACE: 'TokenBroker/test' }
      return closeAfterTests(
        startLambda({
          bundle: BUNDLE,
          ...options,
          environment: { ...common, ...metrics, ...environment },
        }),
      )
    },
  }
}

export function readInvocation({ payload, error }: Invocation) {
  if (error !== undefined) throw new Error(JSON.stringify(error))
  const { statusCode, headers, body } = RESPONSE.parse(payload)
  return { status: statusCode, headers, json: body.startsWith('{') ? JSON.parse(body) : body }
}

/** Invokes once, and reads the one line that was logged. */
export async function issue(lambda: Lambda, event: unknown) {
  const response = readInvocation(await lambda.invoke(event))
  await lambda.waitForLine()
  const lines = lambda.takeLines()
  expect(lines).toHaveLength(1)
  return { ...response, line: String(lines[0]), record: JSON.parse(String(lines[0])) }
}
