/** Explains why variables that look like settings have no effect, without their values. */
import { findSimilar } from '@token-broker/core/similar-words'
import { SETTINGS, settingsNeededBy } from './setting-names.ts'

const SECRET = /^BROKER_SECRET_\w/

export interface UnusedOptions {
  /** Whether all settings were read: the first invalid one ends the reading. */
  readonly started: boolean
  /** Variables of the program itself, which the broker does not read. */
  readonly others?: readonly string[]
}

/**
 * @param names variables that are set, and that no reader has read
 * @returns one sentence for each that is a mistake
 */
export function explainUnused(
  names: readonly string[],
  { started, others = [] }: UnusedOptions,
): readonly string[] {
  return names.flatMap((name) => {
    if (others.includes(name)) return []
    if (!isSettingName(name) && !SECRET.test(name)) return [explainUnknown(name, others)]
    return started ? [explainKnown(name)] : []
  })
}

/** Whether the broker has such a setting. */
export function isSettingName(name: string): boolean {
  return Object.hasOwn(SETTINGS, name)
}

/** It could be anything, but the name of a variable is no secret. */
function explainUnknown(name: string, others: readonly string[]): string {
  const similar = findSimilar(name, [...Object.keys(SETTINGS), ...others])
  const hint = similar === undefined ? 'remove it, or correct its name' : `did you mean ${similar}?`
  return `Environment variable ${name} is not a setting and has no effect; ${hint}`
}

function explainKnown(name: string): string {
  const needed = settingsNeededBy(name)
  const what = `Environment variable ${name} has no effect`
  if (SECRET.test(name)) return `${what}, because BROKER_SECRETS_FROM is set; remove one`
  if (needed === undefined) return `${what} here; remove it`
  return `${what} without ${needed.join(' or ')}; set that too, or remove it`
}
