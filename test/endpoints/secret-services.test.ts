/**
 * Secrets in Secrets Manager and Parameter Store: read when they are needed, and rotated without a
 * deployment.
 */
import { describe, expect, it } from 'vitest'
import { closeAfterTests } from '../fixtures/index.ts'
import {
  type SecretService,
  startParameterStore,
  startSecretsManager,
} from '../fixtures/secret-services.ts'
import { CLIENT_SECRET, endpointsOf, startOpaqueBroker } from './opaque-broker.ts'

const HOUR_MS = 3_600_000

async function startWith(starting: Promise<SecretService>, name: string) {
  const service = await closeAfterTests(starting)
  service.secrets.set(name, CLIENT_SECRET)
  let passedMs = 0
  const broker = await startOpaqueBroker({
    environment: { ...service.environment, BROKER_SECRET_IDP_CLIENT: 'not this one' },
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
  return { ...broker, service, send, pass }
}

describe.each([
  {
    title: 'Secrets Manager',
    prefix: 'token-broker/test/',
    start: startSecretsManager,
    unknown: 'ResourceNotFoundException',
    undecryptable: 'DecryptionFailure',
    failure: 'InternalServiceError',
  },
  {
    title: 'Parameter Store',
    prefix: '/token-broker/test/secrets/',
    start: startParameterStore,
    unknown: 'ParameterNotFound',
    undecryptable: 'InvalidKeyId',
    failure: 'InternalServerError',
  },
])('in $title', ({ prefix, start, unknown, undecryptable, failure }) => {
  const name = `${prefix}acme/idp-client`
  const startBroker = () => startWith(start(prefix), name)

  it('a secret is read once for many tokens, below the prefix of the stage', async () => {
    const { service, send, pass } = await startBroker()
    expect(await send()).toMatchObject({ outcome: 'issued' })
    expect(await send()).toMatchObject({ outcome: 'issued' })
    expect(service.reads).toEqual([name])
    pass(300_001)
    expect(await send()).toMatchObject({ outcome: 'issued' })
    expect(service.reads).toEqual([name, name])
  })

  it('tokens are accepted right after a rotation, without a deployment', async () => {
    const { idp, service, send, pass } = await startBroker()
    await send()
    pass(10_000)
    idp.rotateSecret('rotated')
    service.secrets.set(name, 'rotated')
    expect(await send()).toMatchObject({ outcome: 'issued' })
    expect(service.reads).toEqual([name, name])
  })

  it('a known secret is used for an hour while the service fails', async () => {
    const { service, send, pass } = await startBroker()
    await send()
    service.failWith(failure)
    pass(HOUR_MS - 60_000)
    expect(await send()).toMatchObject({ outcome: 'issued' })
    pass(HOUR_MS)
    expect(await send()).toMatchObject({ code: 'upstream_unavailable' })
  })

  it.each([
    [unknown, 'config_invalid'],
    ['AccessDeniedException', 'config_invalid'],
    [undecryptable, 'config_invalid'],
    ['ThrottlingException', 'upstream_unavailable'],
    [failure, 'upstream_unavailable'],
  ])('%s is refused as %s, and only the operator gets the name', async (error, code) => {
    const { service, post, audit, idp } = await startBroker()
    service.failWith(error)
    const { body } = await post('/v1/credentials', idp.token(), { tenant: 'acme' })
    expect(audit.at(-1)).toMatchObject({ code })
    expect(audit.at(-1)?.reason).toContain(`The secret acme/idp-client (${name}) cannot be read`)
    expect(body).not.toContain('idp-client')
  })

  it('a secret without text is config_invalid', async () => {
    const { service, send } = await startBroker()
    service.secrets.set(name, '')
    expect(await send()).toMatchObject({
      code: 'config_invalid',
      reason: expect.stringContaining(`The secret acme/idp-client (${name}) has no text.`),
    })
  })

  it('no secret is in a record', async () => {
    const { idp, auditText, service, send } = await startBroker()
    await send()
    idp.rotateSecret('other')
    await send()
    service.secrets.set(name, '')
    await send()
    const texts = auditText.join('\n')
    for (const secret of [CLIENT_SECRET, 'secretCANARY', 'IQoJCANARY', 'other'])
      expect(texts).not.toContain(secret)
  })
})

it.each(['String', 'StringList'])('a parameter of type %s is config_invalid', async (type) => {
  const prefix = '/token-broker/test/secrets/'
  const { send } = await startWith(startParameterStore(prefix, type), `${prefix}acme/idp-client`)
  expect(await send()).toMatchObject({
    code: 'config_invalid',
    reason: expect.stringContaining('secrets/acme/idp-client) is not a SecureString.'),
  })
})
