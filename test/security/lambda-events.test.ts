/** Hostile requests in the events of API Gateway, where the caller controls every value. */
import fc from 'fast-check'
import { it } from 'vitest'
import { serveApiGateway } from '../../packages/functions/src/lambda/api-gateway.ts'
import { gatewayEvent, HTTP_EVENT_FORMS } from '../fixtures/gateway-events.ts'
import { type Attack, CLASS_TIMEOUT, sendGenerated } from './attack.ts'
import { ENDPOINTS, honestRequest } from './endpoint-requests.ts'
import { startTarget } from './target.ts'

const target = await startTarget()

/** What the caller controls. */
interface HostileParts {
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly isBase64Encoded: boolean
}

it('refuses hostile events', CLASS_TIMEOUT, ({ task }) => {
  const names = fc.constantFrom(
    '__proto__',
    'constructor',
    'Authorization',
    'CONTENT-TYPE',
    'origin',
    'cookie',
    'x',
  )
  const bytes = fc.uint8Array({ maxLength: 300 }).map((value) => Buffer.from(value))
  const parts: fc.Arbitrary<HostileParts> = fc.record({
    headers: fc.dictionary(names, fc.string({ unit: 'binary', maxLength: 200 })),
    body: fc.oneof(
      fc.string({ unit: 'binary' }),
      bytes.map((value) => value.toString('base64')),
      fc.constantFrom(
        'a'.repeat(200_000),
        '{',
        '[]',
        '%',
        '====',
        'Action=AssumeRoleWithWebIdentity&Policy=%',
      ),
    ),
    isBase64Encoded: fc.boolean(),
  })
  const forms = fc.constantFrom(...HTTP_EVENT_FORMS)
  const attacks = fc.tuple(forms, fc.constantFrom(...ENDPOINTS), parts).map(
    ([form, endpoint, { headers, body, isBase64Encoded }]): Attack => ({
      name: `${form}: ${JSON.stringify([endpoint, headers, body.slice(0, 100), isBase64Encoded])}`,
      codes: ['invalid_request', 'invalid_token', 'issuer_untrusted'],
      send: async () => {
        const honest = honestRequest(endpoint, { token: 'a.b.c', tenant: 'acme', grant: 'read' })
        const all = { ...honest.headers, ...headers }
        const event = {
          ...gatewayEvent(form, { method: honest.method, path: honest.path }),
          ...{ headers: all, body, isBase64Encoded },
          multiValueHeaders: Object.fromEntries(
            Object.entries(all).map(([name, value]) => [name, [value]]),
          ),
        }
        const response = await serveApiGateway(target.broker.app)(event, CONTEXT)
        return {
          status: Number(response.statusCode),
          text: `${JSON.stringify(response.headers)}\n${response.body}`,
        }
      },
    }),
  )
  return sendGenerated(task.meta, 'Lambda events', target, attacks)
})

/** The only part that the function reads. */
const CONTEXT = { getRemainingTimeInMillis: () => 10_000 }
