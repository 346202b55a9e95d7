/** Secrets in Secrets Manager: read when they are needed, and rotated without a deployment. */
import { expect, it } from 'vitest'
import { closeAfterTests } from '../fixtures/index.ts'
import { startSecretsManager } from '../fixtures/secrets-manager-server.ts'
import { CLIENT_SECRET, endpointsOf, startOpaqueBroker } from './opaque-broker.ts'

const NAME = 'token-broker/test/idp-client'
const HOUR_MS = 3_600_000

async function startWithSecretsManager() {
  const manager = await closeAfterTests(startSecretsManager('token-broker/test/'))
  manager.secrets.set(NAME, CLIENT_SECRET)
  let passedMs = 0
  const broker = await startOpaqueBroker({
    environment: { ...manager.environment, BROKER_SECRET_IDP_CLIENT: 'not this one' },
    now: () => Date.now() + passedMs,
  })
  const { native } = endpointsOf(broker)
  const send = async () => {
    await native?.(broker.idp.token({ exp: Math.floor((Date.now() + passedMs) / 1000) + 60 }))
    return broker.audit.at(-1)
  }
  const pass = (milliseconds: number) => {
    passedMs += milliseconds
  }
  return { ...broker, manager, send, pass }
}

it('reads a secret once for many tokens, below the prefix of the stage', async () => {
  const { manager, send, pass } = await startWithSecretsManager()
  expect(await send()).toMatchObject({ outcome: 'issued' })
  expect(await send()).toMatchObject({ outcome: 'issued' })
  expect(manager.reads).toEqual([NAME])
  pass(300_001)
  expect(await send()).toMatchObject({ outcome: 'issued' })
  expect(manager.reads).toEqual([NAME, NAME])
})

it('accepts tokens right after a rotation, without a deployment', async () => {
  const { idp, manager, send, pass } = await startWithSecretsManager()
  await send()
  pass(10_000)
  idp.rotateSecret('rotated')
  manager.secrets.set(NAME, 'rotated')
  expect(await send()).toMatchObject({ outcome: 'issued' })
  expect(manager.reads).toEqual([NAME, NAME])
})

it('works for an hour without Secrets Manager', async () => {
  const { manager, send, pass } = await startWithSecretsManager()
  await send()
  manager.failWith('InternalServiceError')
  pass(HOUR_MS - 60_000)
  expect(await send()).toMatchObject({ outcome: 'issued' })
  pass(HOUR_MS)
  expect(await send()).toMatchObject({ code: 'upstream_unavailable' })
})

it.each([
  ['ResourceNotFoundException', 'config_invalid'],
  ['AccessDeniedException', 'config_invalid'],
  ['DecryptionFailure', 'config_invalid'],
  ['ThrottlingException', 'upstream_unavailable'],
  ['InternalServiceError', 'upstream_unavailable'],
])('refuses after %s as %s, and names the secret to the operator alone', async (failure, code) => {
  const { manager, post, audit, idp } = await startWithSecretsManager()
  manager.failWith(failure)
  const { body } = await post('/v1/credentials', idp.token(), { tenant: 'acme' })
  expect(audit.at(-1)).toMatchObject({ code })
  expect(audit.at(-1)?.reason).toContain(`The secret idp-client (${NAME}) cannot be read`)
  expect(body).not.toContain('idp-client')
})

it('writes no secret to a record', async () => {
  const { idp, auditText, manager, send } = await startWithSecretsManager()
  await send()
  idp.rotateSecret('other')
  await send()
  manager.secrets.set(NAME, '')
  const texts = auditText.join('\n')
  for (const secret of [CLIENT_SECRET, 'secretCANARY', 'IQoJCANARY', 'other'])
    expect(texts).not.toContain(secret)
})
