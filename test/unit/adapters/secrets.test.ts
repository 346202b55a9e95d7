/** Secrets by name: from the environment and files, and for how long they are kept. */
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { BrokerError, type RefusalCode } from '@token-broker/core'
import { describe, expect, it } from 'vitest'
import { createCachedSecrets } from '../../../packages/functions/src/adapters/secrets/cached-secrets.ts'
import { createEnvironmentSecrets } from '../../../packages/functions/src/adapters/secrets/environment-secrets.ts'
import { makeTemporaryFolder } from '../../fixtures/index.ts'

describe('from the environment', () => {
  it('is a variable', async () => {
    const secrets = createEnvironmentSecrets({ BROKER_SECRET_IDP_CLIENT: 'value' })
    expect(await secrets.get('idp-client')).toBe('value')
    expect(await secrets.get('IDP_CLIENT')).toBe('value')
  })

  it('is a file, which is read again each time', async () => {
    const file = path.join(makeTemporaryFolder(), 'secret')
    const secrets = createEnvironmentSecrets({ BROKER_SECRET_IDP_FILE: file })
    writeFileSync(file, 'first\n')
    expect(await secrets.get('idp')).toBe('first')
    writeFileSync(file, ' second \r\n')
    expect(await secrets.get('idp')).toBe(' second ')
    writeFileSync(file, '\n')
    await expect(secrets.get('idp')).rejects.toMatchObject({
      code: 'config_invalid',
      message: 'The secret idp is empty in the file that BROKER_SECRET_IDP_FILE names.',
    })
  })

  it.each([
    [{}, 'The secret idp is missing; set BROKER_SECRET_IDP to it, or BROKER_SECRET_IDP_FILE to'],
    [{ BROKER_SECRET_IDP: '' }, 'The secret idp is missing'],
    [{ BROKER_SECRET_IDP_FILE: '/no/such/file' }, 'cannot be read from the file that BROKER_SEC'],
  ])('is config_invalid with its name: %j', async (variables, message) => {
    await expect(createEnvironmentSecrets(variables).get('idp')).rejects.toMatchObject({
      code: 'config_invalid',
      message: expect.stringContaining(message),
    })
  })
})

describe('in memory', () => {
  it('is kept for 5 minutes', async () => {
    const { secrets, store, pass } = cached()
    expect(await secrets.get('idp')).toBe('1')
    pass(299_999)
    expect(await secrets.get('idp')).toBe('1')
    pass(1)
    expect(await secrets.get('idp')).toBe('2')
    expect(store.reads).toBe(2)
  })

  it('is read again when it was refused, at most once in 10 s', async () => {
    const { secrets, store, pass } = cached()
    await secrets.get('idp')
    expect(await secrets.get('idp', { isRefused: true })).toBe('1')
    pass(10_000)
    expect(await secrets.get('idp', { isRefused: true })).toBe('2')
    expect(await secrets.get('idp', { isRefused: true })).toBe('2')
    expect(store.reads).toBe(2)
  })

  it('is read once for all that wait', async () => {
    const { secrets, store } = cached()
    await Promise.all([secrets.get('idp'), secrets.get('idp'), secrets.get('idp')])
    expect(store.reads).toBe(1)
  })

  it('is used for an hour while the store is not available', async () => {
    const { secrets, store, pass } = cached()
    await secrets.get('idp')
    store.failure = 'upstream_unavailable'
    pass(3_599_999)
    expect(await secrets.get('idp')).toBe('1')
    pass(1)
    await expect(secrets.get('idp')).rejects.toMatchObject({ code: 'upstream_unavailable' })
  })

  it('is not used any more once it was deleted', async () => {
    const { secrets, store, pass } = cached()
    await secrets.get('idp')
    store.failure = 'config_invalid'
    pass(300_000)
    await expect(secrets.get('idp')).rejects.toMatchObject({ code: 'config_invalid' })
  })

  it('is not kept where it could not be read', async () => {
    const { secrets, store } = cached()
    store.failure = 'config_invalid'
    await expect(secrets.get('idp')).rejects.toMatchObject({ code: 'config_invalid' })
    store.failure = undefined
    expect(await secrets.get('idp')).toBe('2')
  })
})

function cached() {
  let nowMs = 0
  const store: { reads: number; failure: RefusalCode | undefined } = {
    reads: 0,
    failure: undefined,
  }
  const source = {
    get: async () => {
      store.reads++
      if (store.failure) throw new BrokerError(store.failure, 'The test asks for this.')
      return String(store.reads)
    },
  }
  const pass = (milliseconds: number) => {
    nowMs += milliseconds
  }
  return { secrets: createCachedSecrets(source, () => nowMs), store, pass }
}
