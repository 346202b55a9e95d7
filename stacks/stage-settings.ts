/** What differs between stages: its types, its limits, and a clear word about what is missing before anything is deployed. */
import { checkSigningKeys, type SigningKeySettings } from './key-rotation.ts'
import { STAGES } from './stages.ts'

/** As SST names them. */
const LOG_RETENTIONS = [
  '1 week',
  '2 weeks',
  '1 month',
  '3 months',
  '6 months',
  '1 year',
  '2 years',
] as const

export interface StageSettings {
  /** The AWS account, 12 digits; a deployment with another account's credentials is refused. */
  readonly account: string
  readonly region: string
  /** A name in a Route 53 zone of the account; its URL is the broker's issuer. Undefined: the API's own address. */
  readonly domain: string | undefined
  readonly alarmEmail: string
  /** Folder of tenant documents. */
  readonly tenants: string
  /** Whether `POST /v1/explain` is open. */
  readonly explain: boolean
  readonly logRetention: (typeof LOG_RETENTIONS)[number]
  /** Of each function, 128 to 10,240. */
  readonly memoryMb: number
  /** Of the whole API. */
  readonly throttle: { readonly requestsPerSecond: number; readonly burst: number }
  /** Most invocations at a time; undefined: as many as the account has left. */
  readonly reservedConcurrency: { readonly broker: number; readonly issuer: number } | undefined
  /** What `sst remove` does with the table and the keys. */
  readonly removal: 'remove' | 'retain'
  /** Whether `sst remove`, and the removal of the table and the keys, are refused. */
  readonly protect: boolean
  readonly signingKeys: readonly SigningKeySettings[]
}

type Check = readonly [holds: (value: unknown) => boolean, write: string]

const isCount = (least: number, most: number) => (value: unknown) =>
  typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most
const isText = (form: RegExp) => (value: unknown) => typeof value === 'string' && form.test(value)
const isSet = (fields: Readonly<Record<string, (value: unknown) => boolean>>) => (value: unknown) =>
  typeof value === 'object' &&
  value !== null &&
  Object.entries(fields).every(([name, holds]) =>
    holds(Object.entries(value).find(([key]) => key === name)?.[1]),
  )
const isAbsentOr = (holds: (value: unknown) => boolean) => (value: unknown) =>
  value === undefined || holds(value)
const isOneOf = (values: readonly unknown[]) => (value: unknown) => values.includes(value)

const CHECKS: Readonly<Record<keyof StageSettings, Check>> = {
  account: [isText(/^\d{12}$/), "the AWS account's 12 digits"],
  region: [isText(/^[a-z]{2}(-[a-z]+)+-\d$/), 'a region such as eu-west-1'],
  domain: [
    isAbsentOr(isText(/^(?=.{4,253}$)([a-z0-9-]+\.)+[a-z]{2,}$/)),
    'a host name such as broker.example.com',
  ],
  alarmEmail: [isText(/^[^\s@]+@[^\s@]+\.[^\s@]+$/), 'the e-mail address that alarms go to'],
  tenants: [isText(/^[\w./-]+$/), 'the folder of the tenant documents, such as stacks/tenants'],
  explain: [isOneOf([true, false]), 'true or false'],
  logRetention: [isOneOf(LOG_RETENTIONS), `one of ${LOG_RETENTIONS.join(', ')}`],
  memoryMb: [isCount(128, 10_240), 'a number from 128 to 10240'],
  throttle: [
    isSet({ requestsPerSecond: isCount(1, 10_000), burst: isCount(1, 5000) }),
    '{ requestsPerSecond: 1 to 10000, burst: 1 to 5000 }',
  ],
  reservedConcurrency: [
    isAbsentOr(isSet({ broker: isCount(1, 10_000), issuer: isCount(1, 10_000) })),
    '{ broker: 1 to 10000, issuer: 1 to 10000 }, or undefined',
  ],
  removal: [isOneOf(['remove', 'retain']), 'remove or retain'],
  protect: [isOneOf([true, false]), 'true or false'],
  signingKeys: [Array.isArray, 'a list of keys, the first with id 1'],
}

/** Function and role names begin with it; IAM's end at 64 characters. */
const STAGE_NAME = /^[a-z][a-z0-9-]{0,30}$/

/**
 * The settings of a stage, checked.
 * @param now milliseconds since the epoch, against which the dates of signing keys are held
 * @throws {Error} naming each field that is missing or wrong, and what to write
 */
export function stageSettings(
  stage: string,
  now: number,
  stages: Readonly<Record<string, StageSettings>> = STAGES,
): StageSettings {
  const name = stage.replace(/^pr-\d+$/, 'pr-*')
  const settings = STAGE_NAME.test(stage) && Object.hasOwn(stages, name) ? stages[name] : undefined
  if (!settings)
    throw new Error(
      `stage ${stage}: no settings in stacks/stages.ts, which has ${Object.keys(stages).join(', ')}`,
    )
  const faults = Object.entries(CHECKS).flatMap(([field, [holds, write]]) => {
    const value = Object.entries(settings).find(([name]) => name === field)?.[1]
    if (holds(value)) return []
    return [`${field} ${value === undefined ? 'is missing' : 'is wrong'}: write ${write}`]
  })
  if (faults.length === 0) faults.push(...checkSigningKeys(settings.signingKeys, now))
  if (faults.length > 0)
    throw new Error(`stage ${stage}, in stacks/stages.ts:\n  ${faults.join('\n  ')}`)
  return settings
}
