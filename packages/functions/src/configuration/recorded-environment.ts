/**
 * Records which variables are read: one that is set and that no reader has read has no effect, such
 * as a misspelt one.
 */
import type { Environment } from './setting-names.ts'

/** Also what looks like a setting to its author, such as `Broker_Issuer`. */
const LIKE_A_SETTING = /^BROKER/i

export interface RecordedEnvironment {
  readonly environment: Environment
  /** Names of variables that are set, and that were not read until now. */
  findUnread(): readonly string[]
}

export function recordReads(environment: Environment): RecordedEnvironment {
  const read = new Set<string | symbol>()
  return {
    environment: new Proxy(environment, {
      get(target, name) {
        read.add(name)
        return Reflect.get(target, name)
      },
    }),
    findUnread: () =>
      Object.keys(environment).filter((name) => LIKE_A_SETTING.test(name) && !read.has(name)),
  }
}
