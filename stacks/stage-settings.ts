/** Selects the settings of a stage, and checks them before each deployment. */
import { readRateLimit, type WrittenLimit } from '@token-broker/core/request-rate'
import { findSimilar } from '@token-broker/core/similar-words'
import { checkSigningKeys } from './key-rotation.ts'
import { findUnknownSettings } from './known-settings.ts'
import { LOG_RETENTIONS, SECRET_STORES, type StageSettings, type Stages } from './stage-types.ts'

export type { StageSettings, Stages } from './stage-types.ts'

type IsValid = (value: unknown) => boolean
type Check = readonly [isValid: IsValid, expected: string]

const isCount =
  (least: number, most: number): IsValid =>
  (value) =>
    typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most
const isText =
  (form: RegExp): IsValid =>
  (value) =>
    typeof value === 'string' && form.test(value)
const isObjectOf =
  (fields: Readonly<Record<string, IsValid>>): IsValid =>
  (value) =>
    typeof value === 'object' &&
    value !== null &&
    Object.entries(fields).every(([name, isValid]) => isValid(fieldOf(value, name)))
const isMapOf =
  (names: readonly string[], isValid: IsValid): IsValid =>
  (value) =>
    isObjectOf({})(value) &&
    !Array.isArray(value) &&
    Object.entries(value ?? {}).every(([name, one]) => names.includes(name) && isValid(one))
const isListOf =
  (isValid: IsValid): IsValid =>
  (value) =>
    Array.isArray(value) && value.every(isValid)
const isUndefinedOr =
  (isValid: IsValid): IsValid =>
  (value) =>
    value === undefined || isValid(value)
const isOneOf =
  (values: readonly unknown[]): IsValid =>
  (value) =>
    values.includes(value)

const isThrottle = isObjectOf({
  requestsPerSecond: isCount(1, 10_000),
  burst: isCount(1, 5000),
})

const LIMITS = ['clientAddress', 'refused', 'tenant', 'subject']
const RATES = ['requestsPerSecond', 'requestsPerMinute', 'requestsPerHour', 'burst']

const isWrittenLimit = (value: unknown): value is WrittenLimit =>
  isMapOf(RATES, (one) => typeof one === 'number')(value)
const isLimit: IsValid = (value) => isWrittenLimit(value) && !('hint' in readRateLimit(value))

const HOST = /^(?=.{4,253}$)([a-z0-9-]+\.)+[a-z]{2,}$/
const REGION = /^(?:[a-z]{2}|eusc)(-[a-z]+)+-\d$/

const CHECKS: Readonly<Record<keyof StageSettings, Check>> = {
  account: [isText(/^\d{12}$/), "the AWS account's 12 digits"],
  region: [isText(REGION), 'a region such as eu-west-1'],
  domain: [isUndefinedOr(isText(HOST)), 'a host name such as broker.example.com'],
  mutualTls: [
    isUndefinedOr(
      isObjectOf({
        domain: isText(HOST),
        certificateArn: isText(/^arn:aws[a-z-]*:acm:[\w-]+:\d{12}:certificate\/[\w-]+$/),
        truststore: isText(/^s3:\/\/[a-z0-9.-]{3,63}\/[\x21-\x7e]{1,1024}$/),
      }),
    ),
    '{ domain, certificateArn, truststore: s3://BUCKET/KEY } or undefined',
  ],
  alarmEmail: [isText(/^[^\s@]+@[^\s@]+\.[^\s@]+$/), 'the e-mail address that receives alarms'],
  tenants: [
    isUndefinedOr(isText(/^[\w./-]+$/)),
    'the folder of the tenant documents, such as stacks/tenants, or undefined',
  ],
  permissionsBoundaries: [
    isListOf(isText(/^arn:aws[a-z-]*:iam::(\d{12}|aws):policy\/[\x21-\x7e]+$/)),
    'a list of policy ARNs such as arn:aws:iam::111122223333:policy/tenant-boundary',
  ],
  privateIssuerHosts: [
    isListOf(isText(/^(?:[\w.-]+|\[[\d.:a-f]+\])$/)),
    'a list of host names or addresses, such as [id.corp.example]',
  ],
  secretStore: [isOneOf(SECRET_STORES), `one of ${SECRET_STORES.join(', ')}`],
  callerIdentityRegions: [
    (value) => isListOf(isText(REGION))(value) && Array.isArray(value) && value.length <= 10,
    'a list of at most 10 regions such as [eu-west-1]',
  ],
  identityPools: [
    isUndefinedOr(
      isObjectOf({
        throttle: isThrottle,
        linking: isOneOf([true, false]),
        backends: isOneOf([true, false]),
        newGuestsAlarm: isCount(1, 1_000_000),
      }),
    ),
    '{ throttle, linking, backends, newGuestsAlarm: 1 to 1000000 } or undefined',
  ],
  explain: [isOneOf([true, false]), 'true or false'],
  logRetention: [isOneOf(LOG_RETENTIONS), `one of ${LOG_RETENTIONS.join(', ')}`],
  memoryMb: [isCount(128, 10_240), 'a number from 128 to 10240'],
  throttle: [isThrottle, '{ requestsPerSecond: 1 to 10000, burst: 1 to 5000 }'],
  limits: [
    isUndefinedOr(isMapOf(LIMITS, isLimit)),
    '{ clientAddress, refused, tenant, subject }, each { requestsPerSecond, burst } or undefined',
  ],
  reservedConcurrency: [
    isUndefinedOr(isObjectOf({ broker: isCount(1, 10_000), issuer: isCount(1, 10_000) })),
    '{ broker: 1 to 10000, issuer: 1 to 10000 } or undefined',
  ],
  removal: [isOneOf(['remove', 'retain']), 'remove or retain'],
  protect: [isOneOf([true, false]), 'true or false'],
  signingKeys: [Array.isArray, 'a list of keys, the first with id 1'],
}

/** Function and role names begin with it; IAM limits role names to 64 characters. */
const STAGE_NAME = /^[a-z][a-z0-9-]{0,30}$/

/**
 * Returns the settings of a stage after checking them.
 *
 * @param now milliseconds since the epoch; no date of a signing key may be later
 * @throws {Error} listing each field that is missing or not valid, and what is expected
 */
export function selectStageSettings(stages: Stages, stage: string, now: number): StageSettings {
  const name = stage.replace(/^pr-\d+$/, 'pr-*')
  const settings = STAGE_NAME.test(stage) && Object.hasOwn(stages, name) ? stages[name] : undefined
  if (!settings) {
    const names = Object.keys(stages)
    const similar = findSimilar(stage, names)
    throw new Error(
      `Stage ${stage} has no settings in stacks/stages.ts; it defines ${names.join(', ')}` +
        (similar === undefined
          ? '; deploy one of these, or add settings for it'
          : `; did you mean ${similar}?`),
    )
  }
  const problems = Object.entries(CHECKS).flatMap(([field, [isValid, expected]]) => {
    const value = fieldOf(settings, field)
    if (isValid(value)) return []
    if (value === undefined) return [`${field} is missing: expected ${expected}`]
    return [`${field} is not valid: expected ${expected}, found ${shown(value)}`]
  })
  problems.push(...findUnknownSettings(settings, Object.keys(CHECKS)))
  if (problems.length === 0) problems.push(...checkSigningKeys(settings.signingKeys, now))
  // STS reads the issuer's documents without a client certificate.
  const { domain, mutualTls } = settings
  if (mutualTls && (domain === undefined || mutualTls.domain === domain))
    problems.push(
      'mutualTls needs a domain of its own, and the stage a domain besides it; ' +
        'set mutualTls.domain to another host name',
    )
  if (domain === undefined && isProduction(stage, settings))
    problems.push(
      'domain is missing: a stage named production or with protect: true needs a host name in a ' +
        'Route 53 zone of the account; without one, the URL of its issuer, which roles trust, is ' +
        'lost with the API; set domain',
    )
  if (problems.length > 0) {
    const list = problems.map((problem) => `\n  ${problem}`).join('')
    throw new Error(`The settings of stage ${stage} in stacks/stages.ts are not valid:${list}`)
  }
  return settings
}

function isProduction(stage: string, { protect }: StageSettings): boolean {
  return protect === true || /^production(?:-|$)/.test(stage)
}

const MAX_SHOWN = 80

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? typeof value
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text
}

/** Only own fields, so that a name such as `constructor` finds nothing. */
function fieldOf(value: object, name: string): unknown {
  return Object.entries(value).find(([key]) => key === name)?.[1]
}
