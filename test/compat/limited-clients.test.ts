/** Unmodified SDKs that are beyond a limit: they wait, try again, and are then served. */
import { fromWebToken } from '@aws-sdk/credential-providers'
import { expect, it } from 'vitest'
import { SECRET_ACCESS_KEY, tenantDocument } from '../fixtures/index.ts'
import { startServedBroker } from '../fixtures/served-broker.ts'

/** One in three seconds, in which also a slow machine sends two requests. */
const SLOW = { requestsPerMinute: 20, burst: 1 }

it.each([
  ['of the subject', 'subject', { subject: SLOW }, {}],
  ['of the tenant', 'tenant', { tenant: SLOW }, {}],
  ['of the address', 'clientAddress', {}, { clientAddress: SLOW }],
])(
  'the AWS SDK v3 gets a session beyond a limit %s',
  async (_what, name, limits, stage) => {
    const broker = await startServedBroker({
      documents: (url) => [`${tenantDocument('acme', url)}\nlimits: ${JSON.stringify(limits)}\n`],
      environment: { BROKER_LIMITS: JSON.stringify(stage) },
    })
    const provide = async () =>
      fromWebToken({
        roleArn: 'arn:aws:iam::000000000000:role/broker/acme/read',
        roleSessionName: 'session',
        webIdentityToken: await broker.token(),
        clientConfig: { endpoint: broker.url, region: 'eu-central-1' },
      })()

    const sessions = await Promise.all([provide(), provide()])

    expect(sessions.map(({ secretAccessKey }) => secretAccessKey)).toEqual([
      SECRET_ACCESS_KEY,
      SECRET_ACCESS_KEY,
    ])
    const outcomes = broker.audit.map(({ outcome, limit }) => limit ?? outcome)
    expect(outcomes.filter((outcome) => outcome === 'issued')).toHaveLength(2)
    expect(outcomes).toContain(name)
    expect(broker.sts.calls).toHaveLength(2)
  },
  30_000,
)
