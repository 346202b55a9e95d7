/** Which secrets the broker of a stage may read, for each kind of secret store. */
import { compileTenants } from '@token-broker/core/document'
import { expect, it } from 'vitest'
import { secretAccess } from '../../../stacks/secrets.ts'
import { tenantDocument } from '../../fixtures/tenant-document.ts'

const APP = { name: 'token-broker', stage: 'production' }
const PLACE = { region: 'eu-west-1', account: '111122223333' }
const INTROSPECTION =
  'verify: { kind: introspection, url: https://id.example/i, clientId: broker, ' +
  'clientSecret: acme-idp }'

it('is those below the prefix of the stage in Secrets Manager', () => {
  expect(secretAccess({ ...PLACE, secretStore: 'secrets-manager' }, [], APP)).toEqual({
    environment: {
      BROKER_SECRETS_FROM: 'secrets-manager',
      BROKER_SECRETS_PREFIX: 'token-broker/production/',
    },
    permission: {
      actions: ['secretsmanager:GetSecretValue'],
      resources: ['arn:aws:secretsmanager:eu-west-1:111122223333:secret:token-broker/production/*'],
    },
  })
})

it('is those of a folder of their own in Parameter Store, beside the session name key', () => {
  expect(secretAccess({ ...PLACE, secretStore: 'parameter-store' }, [], APP)).toEqual({
    environment: {
      BROKER_SECRETS_FROM: 'parameter-store',
      BROKER_SECRETS_PREFIX: '/token-broker/production/secrets/',
    },
    permission: {
      actions: ['ssm:GetParameter'],
      resources: ['arn:aws:ssm:eu-west-1:111122223333:parameter/token-broker/production/secrets/*'],
    },
  })
})

it('is none without a secret store', () => {
  const tenants = compile(tenantDocument('acme', 'https://id.example'))
  expect(secretAccess({ ...PLACE, secretStore: 'none' }, tenants, APP)).toBeUndefined()
})

it('refuses a deployment without a secret store whose documents name a secret', () => {
  const tenants = compile(
    tenantDocument('acme', 'https://id.example', { issuerMember: INTROSPECTION }),
  )
  expect(() => secretAccess({ ...PLACE, secretStore: 'none' }, tenants, APP)).toThrow(
    'Documents name secrets, but stage production has none. Set its secretStore in ' +
      'stacks/stages.ts to secrets-manager or parameter-store:\n  acme/acme-idp, of tenant acme',
  )
})

function compile(text: string) {
  const { tenants, errors } = compileTenants([{ file: 'acme.yaml', text }])
  expect(errors).toEqual([])
  return tenants
}
