/** A stage with sample values is not deployed; each value is named. */
import { expect, it } from 'vitest'
import { refuseSampleSettings } from '../../../stacks/sample-settings.ts'
import type { StageSettings } from '../../../stacks/stage-settings.ts'
import { STAGES } from '../../../stacks/stages.ts'

const OWN = {
  ...STAGES.production,
  account: '210987654321',
  domain: 'broker.orchard.io',
  alarmEmail: 'alarms@orchard.io',
  permissionsBoundaries: ['arn:aws:iam::210987654321:policy/tenant-boundary'],
} as StageSettings

it('refuses the committed stages, and names each value, what is expected and the file', () => {
  expect(() => refuseSampleSettings(Object(STAGES.production), 'production')).toThrow(
    `Stage production in stacks/stages.ts still has sample values; set your own values:
  account: expected the AWS account's 12 digits, as \`aws sts get-caller-identity\` shows them, \
found the sample account in "111122223333"
  domain: expected a host name in a Route 53 zone of the account, found the sample domain \
"broker.example.com"
  alarmEmail: expected the address that receives alarms, found the sample domain \
"broker-alarms@example.com"
  permissionsBoundaries[0]: expected ARNs of policies of your account, or an empty list, found the \
sample account in "arn:aws:iam::111122223333:policy/tenant-boundary"`,
  )
})

it.each([
  { account: '123456789012' },
  { account: '000000000000' },
  { account: '444455556666' },
  { domain: 'broker.example.org' },
  { domain: 'broker.acme.example' },
  { domain: 'broker.acme.test' },
  { domain: '<your domain>' },
  { domain: 'broker.your-company.com' },
  { alarmEmail: 'CHANGE_ME@orchard.io' },
  { alarmEmail: 'todo@orchard.io' },
  { alarmEmail: 'ops@sub.example.net' },
  { privateIssuerHosts: ['id.corp.example'] },
  { permissionsBoundaries: [], tenants: 'stacks/TODO' },
  { mutualTls: { ...Object(undefined), truststore: 's3://XXXX/broker.pem' } },
])('refuses %j', (change) => {
  const [field = ''] = Object.keys(change).slice(-1)
  expect(() => refuseSampleSettings({ ...OWN, ...change } as StageSettings, 'x')).toThrow(
    new RegExp(`\\n  ${field}.*: expected .*, found the `),
  )
})

it.each([
  {},
  { account: '112233445566' },
  { domain: 'broker.examples.com' },
  { domain: 'example.io', alarmEmail: 'todos@orchard.io' },
  { domain: 'broker.myexample.com', privateIssuerHosts: ['10.0.0.5', '[fd12::5]', 'id.corp'] },
  { domain: undefined },
  { domain: 'your.io' },
])('accepts %j', (change) => {
  refuseSampleSettings({ ...OWN, ...change } as StageSettings, 'x')
})
