/** What a simulation assumes, with where each value comes from. Each is a flag of the command. */

export interface Assumption {
  readonly value: number
  readonly unit: string
  readonly what: string
  /** Absent: it is only assumed. */
  readonly source?: string
}

const LAMBDA_GUIDE = 'Lambda Developer Guide'
const CACHES = 'ARCHITECTURE.md, "What is kept in memory"'
const LIST_PRICE = 'list price of us-east-1 in November 2026: cost-and-quotas.md'

export const ASSUMPTIONS = {
  rate: { value: 10_000, unit: '/s', what: 'requests, a Poisson process; clients do not repeat' },
  tenants: { value: 1_000_000, unit: '', what: 'tenants' },
  zipf: { value: 1, unit: '', what: 'exponent of the popularity of tenants; 0: all equal' },
  issuers: { value: 1_000_000, unit: '', what: 'issuers, shared by tenants in equal parts' },
  subjects: { value: 100, unit: '', what: 'identities of each tenant, equally active' },
  minted: { value: 1, unit: '', what: 'part of the requests that KMS signs' },
  seconds: { value: 30, unit: 's', what: 'simulated time that is counted' },
  warmUp: { value: 60, unit: 's', what: 'simulated time before that' },
  seed: { value: 1, unit: '', what: 'of the random numbers' },

  memory: { value: 512, unit: 'MB', what: 'of the function', source: 'stacks/stages.ts' },
  fullCpu: {
    ...{ value: 1_769, unit: 'MB', what: 'memory of a function with one whole processor' },
    source: `${LAMBDA_GUIDE}, "Configure Lambda function memory"`,
  },
  idle: { value: 300, unit: 's', what: 'after which Lambda ends an idle environment' },
  platform: { value: 150, unit: 'ms', what: 'median of a cold start before our code is loaded' },
  platformP99: { value: 500, unit: 'ms', what: '99th percentile of the same' },
  sts: { value: 25, unit: 'ms', what: 'median of AssumeRoleWithWebIdentity' },
  stsP99: { value: 120, unit: 'ms', what: '99th percentile of the same' },
  kms: { value: 8, unit: 'ms', what: 'median of Sign' },
  kmsP99: { value: 40, unit: 'ms', what: '99th percentile of the same' },
  table: { value: 5, unit: 'ms', what: 'median of a read of the table' },
  tableP99: { value: 20, unit: 'ms', what: '99th percentile of the same' },
  keys: { value: 80, unit: 'ms', what: "median of fetching an issuer's keys" },
  keysP99: { value: 500, unit: 'ms', what: '99th percentile of the same' },
  pause: { value: 50, unit: 'ms', what: 'mean pause before the second attempt' },

  entries: { value: 1_000, unit: '', what: 'entries of each cache', source: CACHES },
  tableFresh: { value: 60, unit: 's', what: 'trusts and documents are fresh', source: CACHES },
  keysFresh: { value: 600, unit: 's', what: 'keys are fresh', source: CACHES },
  reuse: { value: 0, unit: 's', what: 'sessions are reused; 0: not' },
  reuseEntries: { value: 5_000, unit: '', what: 'sessions of an environment', source: CACHES },
  reuseCpu: {
    ...{ value: 0.29, unit: '', what: 'CPU of a reused response, of that of an issued one' },
    source: 'npm run bench:reuse (session-reuse.md)',
  },

  throttle: { value: 500, unit: '/s', what: 'setting of the stage', source: 'stacks/stages.ts' },
  reserved: { value: 200, unit: '', what: 'reservedConcurrency', source: 'stacks/stages.ts' },
  concurrency: {
    ...{ value: 1_000, unit: '', what: 'requests in Lambda at the same time, per account' },
    source: `${LAMBDA_GUIDE}, "Lambda quotas"`,
  },
  invocations: {
    ...{ value: 10_000, unit: '/s', what: 'invocations: ten for each of the concurrency' },
    source: `${LAMBDA_GUIDE}, "Understanding Lambda function scaling"`,
  },
  scaling: {
    ...{ value: 1_000, unit: 'per 10 s', what: 'new environments of one function' },
    source: `${LAMBDA_GUIDE}, "Lambda scaling behavior"`,
  },
  gateway: {
    ...{ value: 10_000, unit: '/s', what: 'requests of API Gateway, per account and Region' },
    source: 'API Gateway Developer Guide, "Amazon API Gateway quotas"; some Regions have 2,500',
  },
  gatewayBurst: { value: 5_000, unit: '', what: 'burst of API Gateway' },
  kmsQuota: {
    ...{ value: 1_000, unit: '/s', what: 'operations with RSA keys; as many with ECC keys' },
    source: 'AWS KMS Developer Guide, "Request quotas" (500 and 300 in earlier editions)',
  },
  stsQuota: {
    ...{ value: 600, unit: '/s', what: 'AssumeRoleWithWebIdentity per account of roles' },
    source:
      'none is documented; this is the one of AssumeRole and other signed calls (IAM User Guide, ' +
      '"IAM and AWS STS quotas")',
  },
  accounts: { value: 1, unit: '', what: 'accounts over which roles are spread' },
  tableQuota: {
    ...{ value: 40_000, unit: '/s', what: 'read units of an on-demand table' },
    source: 'DynamoDB Developer Guide, "Service, account, and table quotas"',
  },

  lambdaPrice: { value: 0.2, unit: '$ per million', what: 'invocations', source: LIST_PRICE },
  memoryPrice: {
    ...{ value: 13.3334, unit: '$ per million', what: 'GB-seconds, arm64', source: LIST_PRICE },
  },
  gatewayPrice: { value: 1, unit: '$ per million', what: 'HTTP API', source: LIST_PRICE },
  tablePrice: { value: 0.125, unit: '$ per million', what: 'read units', source: LIST_PRICE },
  kmsPrice: {
    ...{ value: 3, unit: '$ per million', what: 'Sign with RSA 2048; 15 with ECC' },
    source: LIST_PRICE,
  },
  logPrice: { value: 0.5, unit: '$ per GB', what: 'ingested logs', source: LIST_PRICE },
  trafficPrice: { value: 0.09, unit: '$ per GB', what: 'traffic out', source: LIST_PRICE },
  logBytes: {
    ...{ value: 2_600, unit: 'B', what: "audit line, Lambda's own lines, access log" },
    source: 'cost-and-quotas.md',
  },
  responseBytes: { value: 2_000, unit: 'B', what: 'response', source: 'cost-and-quotas.md' },
  documentUnits: { value: 0.5, unit: '', what: 'read units of a look-up (at most 4 kB)' },
} as const satisfies Readonly<Record<string, Assumption>>

export type AssumptionName = keyof typeof ASSUMPTIONS
export type Assumed = Readonly<Record<AssumptionName, number>>

export const ASSUMPTION_NAMES = Object.keys(ASSUMPTIONS) as AssumptionName[]

/** @returns the flag of an assumption, such as `warm-up` */
export function flagOf(name: AssumptionName): string {
  return name.replace(/[A-Z]/g, (part) => `-${part.toLowerCase()}`)
}

/** @throws {Error} naming a flag whose value is not a number of at least 0 */
export function readAssumed(flags: Readonly<Record<string, unknown>>): Assumed {
  const entries = ASSUMPTION_NAMES.map((name) => {
    const flag = flags[flagOf(name)]
    const value = flag === undefined ? ASSUMPTIONS[name].value : Number(flag)
    if (!(value >= 0) || value === Number.POSITIVE_INFINITY)
      throw new Error(`--${flagOf(name)} is not valid: expected a number of at least 0.`)
    return [name, value] as const
  })
  return Object.fromEntries(entries) as Record<AssumptionName, number>
}
