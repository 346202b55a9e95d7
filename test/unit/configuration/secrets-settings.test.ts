/** Where the broker reads the secrets that tenant documents name. */
import { describe, expect, it } from 'vitest'
import { readConfiguration } from '../../../packages/functions/src/configuration/broker-configuration.ts'

const SETTINGS = {
  BROKER_ISSUER: 'https://broker.example',
  BROKER_SESSION_NAME_KEY: 'k'.repeat(32),
  AWS_ACCESS_KEY_ID: 'ASIA',
  AWS_SECRET_ACCESS_KEY: 'key',
}

const read = (more: Readonly<Record<string, string>>) =>
  readConfiguration({ ...SETTINGS, ...more }, 'no-file').secrets

it('are variables, where there is no prefix', () => {
  const variables = { BROKER_SECRET_A: 'a', BROKER_SECRET_B_FILE: '/b' }
  expect(read({ ...variables, BROKER_SECRETS_PREFIX: '' })).toEqual({
    from: 'environment',
    variables,
  })
})

it.each([
  ['secrets-manager', 'token-broker/production/'],
  ['parameter-store', '/token-broker/production/secrets/'],
])('are in %s below the prefix', (from, prefix) => {
  expect(read({ BROKER_SECRETS_FROM: from, BROKER_SECRETS_PREFIX: prefix })).toEqual({
    from,
    prefix,
    endpoint: undefined,
    credentials: { accessKeyId: 'ASIA', secretAccessKey: 'key' },
  })
})

describe('a wrong setting is refused without its value', () => {
  it.each([
    [{ BROKER_SECRETS_FROM: 'CANARY' }, 'BROKER_SECRETS_FROM is invalid'],
    [{ BROKER_SECRETS_FROM: '' }, 'BROKER_SECRETS_FROM is not set'],
    [{ BROKER_SECRETS_PREFIX: '' }, 'BROKER_SECRETS_PREFIX is not set'],
    [{ BROKER_SECRETS_PREFIX: 'token-broker/CANARY' }, 'BROKER_SECRETS_PREFIX is invalid'],
    [{ BROKER_SECRETS_PREFIX: '/' }, 'BROKER_SECRETS_PREFIX is invalid'],
    [{ BROKER_SECRETS_PREFIX: 'CANARY*/' }, 'BROKER_SECRETS_PREFIX is invalid'],
    [{ AWS_ACCESS_KEY_ID: '' }, 'needs AWS credentials'],
    [
      { BROKER_SECRETS_ENDPOINT: 'http://CANARY.example' },
      'BROKER_SECRETS_ENDPOINT is not an https URL',
    ],
  ])('%j', (more, message) => {
    const valid = { BROKER_SECRETS_FROM: 'secrets-manager', BROKER_SECRETS_PREFIX: 'a/' }
    expect(() => read({ ...valid, ...more })).toThrow(message)
    expect(() => read({ ...valid, ...more })).not.toThrow('CANARY')
  })

  it.each(['token-broker/production/', '/', '//', '/a', '/a//b/', '/a+b/', `/${'a'.repeat(200)}/`])(
    'the prefix %s of Parameter Store',
    (prefix) => {
      const settings = { BROKER_SECRETS_FROM: 'parameter-store', BROKER_SECRETS_PREFIX: prefix }
      expect(() => read(settings)).toThrow('BROKER_SECRETS_PREFIX is invalid')
    },
  )
})
