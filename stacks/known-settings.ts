/** Finds settings of a stage that do not exist, such as misspelt ones. */
import { findSimilar } from '@token-broker/core/similar-words'
import type { SigningKeySettings } from './key-rotation.ts'
import type { StageSettings } from './stage-types.ts'

/** A name that is missing or too many does not compile. */
type NamesOf<Settings> = Readonly<Record<keyof Settings, true>>

const THROTTLE: NamesOf<StageSettings['throttle']> = { requestsPerSecond: true, burst: true }
const MUTUAL_TLS: NamesOf<NonNullable<StageSettings['mutualTls']>> = {
  domain: true,
  certificateArn: true,
  truststore: true,
  truststoreVersion: true,
}
const POOLS: NamesOf<NonNullable<StageSettings['identityPools']>> = {
  throttle: true,
  linking: true,
  backends: true,
  newGuestsAlarm: true,
}
const CONCURRENCY: NamesOf<NonNullable<StageSettings['reservedConcurrency']>> = {
  broker: true,
  issuer: true,
}
const SIGNING_KEY: NamesOf<SigningKeySettings> = {
  id: true,
  algorithm: true,
  publishedSince: true,
  signsSince: true,
  signsUntil: true,
  withdrawnSince: true,
}

/**
 * @param names of all settings of a stage
 * @returns one problem for each setting that does not exist
 */
export function findUnknownSettings(settings: StageSettings, names: readonly string[]): string[] {
  const { mutualTls, throttle, identityPools, reservedConcurrency, signingKeys } = settings
  const keys: readonly unknown[] = Array.isArray(signingKeys) ? signingKeys : []
  return [
    ...unknownIn('', settings, names),
    ...unknownIn('mutualTls.', mutualTls, Object.keys(MUTUAL_TLS)),
    ...unknownIn('throttle.', throttle, Object.keys(THROTTLE)),
    ...unknownIn('identityPools.', identityPools, Object.keys(POOLS)),
    ...unknownIn('identityPools.throttle.', identityPools?.throttle, Object.keys(THROTTLE)),
    ...unknownIn('reservedConcurrency.', reservedConcurrency, Object.keys(CONCURRENCY)),
    ...keys.flatMap((key, at) => unknownIn(`signingKeys[${at}].`, key, Object.keys(SIGNING_KEY))),
  ]
}

function unknownIn(place: string, value: unknown, names: readonly string[]): string[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.keys(value)
    .filter((name) => !names.includes(name))
    .map((name) => {
      const similar = findSimilar(name, names)
      const hint = similar ? `did you mean ${similar}?` : `expected one of ${names.join(', ')}`
      return `${place}${name} is not a setting; ${hint}`
    })
}
