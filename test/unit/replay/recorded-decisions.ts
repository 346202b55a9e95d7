/** Records of a broker whose tenant records inputs. */
import type { CompiledTenant } from '@token-broker/core'
import { compileTenant } from '@token-broker/core/document'
import { startTestBroker, tenantDocument } from '../../fixtures/index.ts'

export interface RecordedDecisions {
  readonly text: string
  readonly tenants: readonly CompiledTenant[]
  readonly lines: readonly string[]
}

/** Of alice who reads, carol who is an admin and writes, and bob who is blocked, in this order. */
export async function recordDecisions(): Promise<RecordedDecisions> {
  let text = ''
  const broker = await startTestBroker({
    inputsAsDocumented: true,
    documents: (url) => {
      text = `${tenantDocument('acme', url)}recordInputs: used-claims\n`
      return [text]
    },
  })
  const send = async (claims: object, body: object = {}) =>
    broker.post('/v1/credentials', await broker.token(claims), body)
  await send({ groups: ['staff'] })
  await send({ sub: 'carol', groups: ['admins'] }, { grant: 'write' })
  await send({ sub: 'bob', blocked: true })
  const { tenant } = compileTenant(text, 'acme.yaml')
  return { text, tenants: tenant ? [tenant] : [], lines: broker.auditLines }
}
