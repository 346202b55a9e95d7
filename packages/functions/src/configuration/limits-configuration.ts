/** The setting of the limits for callers that a whole deployment has. */
import {
  isObject,
  type RateLimit,
  readRateLimit,
  type StageLimits,
  TENANT_LIMITS,
  type WrittenLimit,
} from '@token-broker/core'
import { type Environment, invalidSetting } from './settings.ts'

const NAME = 'BROKER_LIMITS'
const LIMITS: readonly string[] = [...TENANT_LIMITS, 'refused'] satisfies (keyof StageLimits)[]
const FIELDS = ['requestsPerSecond', 'requestsPerMinute', 'requestsPerHour', 'burst']
const EXAMPLE = '{"clientAddress": {"requestsPerSecond": 20, "burst": 40}}'

/**
 * Reads a JSON object with the limits of a tenant document and `refused`.
 * @returns undefined if the variable is not set, or has no limit
 * @throws {BrokerError} `config_invalid`
 */
export function readLimits({ BROKER_LIMITS: text }: Environment): StageLimits | undefined {
  if (!text) return undefined
  const written = parse(text)
  if (!isObject(written))
    throw invalidSetting(NAME, 'is not a JSON object', `set it to limits such as ${EXAMPLE}`)
  const limits = Object.entries(written).map(([name, value]) => [name, readLimit(name, value)])
  return limits.length === 0 ? undefined : Object.fromEntries(limits)
}

function readLimit(name: string, value: unknown): RateLimit {
  const fields = isObject(value) ? Object.keys(value) : []
  if (!LIMITS.includes(name))
    throw invalidSetting(NAME, 'has a limit that does not exist', `use ${LIMITS.join(', ')}`)
  if (!isWrittenLimit(value) || fields.some((field) => !FIELDS.includes(field)))
    throw invalidSetting(
      NAME,
      `has a limit ${name} that is not valid`,
      `write numbers for the fields ${FIELDS.join(', ')}, such as ${EXAMPLE}`,
    )
  const limit = readRateLimit(value)
  if ('hint' in limit) {
    const field = limit.field === undefined ? name : `${name}.${limit.field}`
    throw invalidSetting(NAME, `has a wrong limit ${field}: ${limit.message}`, limit.hint)
  }
  return limit
}

function isWrittenLimit(value: unknown): value is WrittenLimit {
  return isObject(value) && Object.values(value).every((one) => typeof one === 'number')
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
