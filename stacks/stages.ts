/** The stages of this deployment and their settings. Edit this file before the first deployment. */
import type { StageSettings, Stages } from './stage-settings.ts'

const ACCOUNT = '111122223333'
const REGION = 'eu-west-1'
/** Each stage has its own documents: they name roles, and role names are unique in an account. */
const tenantsFolder = (folder: string) => process.env.BROKER_TENANTS ?? folder

const PRODUCTION: StageSettings = {
  account: ACCOUNT,
  region: REGION,
  domain: 'broker.example.com',
  mutualTls: undefined,
  alarmEmail: 'broker-alarms@example.com',
  tenants: tenantsFolder('stacks/tenants'),
  permissionsBoundaries: [`arn:aws:iam::${ACCOUNT}:policy/tenant-boundary`],
  privateIssuerHosts: [],
  secretStore: 'secrets-manager',
  callerIdentityRegions: [],
  identityPools: undefined,
  explain: false,
  logRetention: '1 year',
  memoryMb: 512,
  throttle: { requestsPerSecond: 500, burst: 1000 },
  limits: undefined,
  reservedConcurrency: { broker: 200, issuer: 20 },
  removal: 'retain',
  protect: true,
  signingKeys: [
    {
      id: 1,
      algorithm: 'RS256',
      publishedSince: '2026-11-01T09:00:00Z',
      signsSince: '2026-11-01T09:00:00Z',
    },
    { id: 2, algorithm: 'RS256', publishedSince: '2026-11-01T09:00:00Z' },
  ],
}

const STAGING: StageSettings = {
  ...PRODUCTION,
  domain: 'broker.staging.example.com',
  tenants: tenantsFolder('stacks/tenants/staging'),
  callerIdentityRegions: [REGION, 'us-east-1'],
  identityPools: {
    throttle: { requestsPerSecond: 50, burst: 100 },
    linking: true,
    backends: true,
    newGuestsAlarm: 100,
  },
  explain: true,
  logRetention: '1 month',
  throttle: { requestsPerSecond: 50, burst: 100 },
  limits: { clientAddress: { requestsPerSecond: 20, burst: 40 } },
  reservedConcurrency: { broker: 20, issuer: 5 },
  removal: 'remove',
  protect: false,
}

/** A stage for a pull request: it has no domain, and `sst remove` deletes all of it. */
const PREVIEW: StageSettings = {
  ...STAGING,
  domain: undefined,
  tenants: tenantsFolder('stacks/tenants/preview'),
  secretStore: 'parameter-store',
  callerIdentityRegions: [],
  identityPools: undefined,
  logRetention: '1 week',
  throttle: { requestsPerSecond: 10, burst: 20 },
  reservedConcurrency: undefined,
  signingKeys: [
    {
      id: 1,
      algorithm: 'RS256',
      publishedSince: '2026-11-01T09:00:00Z',
      signsSince: '2026-11-01T09:00:00Z',
    },
  ],
}

export const STAGES: Stages = {
  production: PRODUCTION,
  staging: STAGING,
  'pr-*': PREVIEW,
}
