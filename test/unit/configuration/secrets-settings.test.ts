/** Where the broker reads the secrets that tenant documents name, and which stages have any. */
import { describe, expect, it } from 'vitest'
import { readConfiguration } from '../../../packages/functions/src/configuration/broker-configuration.ts'
import { secretsPrefix } from '../../../stacks/secrets.ts'

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

it('are in Secrets Manager below the prefix', () => {
  expect(read({ BROKER_SECRETS_PREFIX: 'token-broker/production/' })).toEqual({
    from: 'secrets-manager',
    prefix: 'token-broker/production/',
    endpoint: undefined,
    credentials: { accessKeyId: 'ASIA', secretAccessKey: 'key' },
  })
})

describe('a wrong setting is refused without its value', () => {
  it.each([
    [{ BROKER_SECRETS_PREFIX: 'token-broker/CANARY' }, 'BROKER_SECRETS_PREFIX is invalid'],
    [{ BROKER_SECRETS_PREFIX: '/' }, 'BROKER_SECRETS_PREFIX is invalid'],
    [{ BROKER_SECRETS_PREFIX: 'CANARY*/' }, 'BROKER_SECRETS_PREFIX is invalid'],
    [{ BROKER_SECRETS_PREFIX: 'a/', AWS_ACCESS_KEY_ID: '' }, 'needs AWS credentials'],
    [
      { BROKER_SECRETS_PREFIX: 'a/', BROKER_SECRETS_MANAGER_ENDPOINT: 'http://CANARY.example' },
      'BROKER_SECRETS_MANAGER_ENDPOINT is not an https URL',
    ],
  ])('%j', (more, message) => {
    expect(() => read(more)).toThrow(message)
    expect(() => read(more)).not.toThrow('CANARY')
  })
})

it('gives no permission to a stage whose documents name no secret', () => {
  expect(secretsPrefix([], { name: 'token-broker', stage: 'preview' })).toBeUndefined()
})
