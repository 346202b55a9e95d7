/** The stages of this deployment and their settings: the one file to edit before the first deploy. */
import type { StageSettings } from './stage-settings.ts'

const ACCOUNT = '111122223333'
const REGION = 'eu-west-1'
/** Documents name roles, of which an account has one of a name: so each stage has its own. */
const tenantsOf = (folder: string) => process.env.BROKER_TENANTS ?? folder

const PRODUCTION: StageSettings = {
  account: ACCOUNT,
  region: REGION,
  domain: 'broker.example.com',
  alarmEmail: 'broker-alarms@example.com',
  tenants: tenantsOf('stacks/tenants'),
  explain: false,
  logRetention: '1 year',
  memoryMb: 512,
  throttle: { requestsPerSecond: 500, burst: 1000 },
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
  tenants: tenantsOf('stacks/tenants/staging'),
  explain: true,
  logRetention: '1 month',
  throttle: { requestsPerSecond: 50, burst: 100 },
  reservedConcurrency: { broker: 20, issuer: 5 },
  removal: 'remove',
  protect: false,
}

/** A stage of a pull request: without a domain, at the API's own address, and gone without a trace. */
const PREVIEW: StageSettings = {
  ...STAGING,
  domain: undefined,
  tenants: tenantsOf('stacks/tenants/preview'),
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

/** By name of the stage; `pr-*` stands for `pr-` and a number. */
export const STAGES: Readonly<Record<string, StageSettings>> = {
  production: PRODUCTION,
  staging: STAGING,
  'pr-*': PREVIEW,
}
