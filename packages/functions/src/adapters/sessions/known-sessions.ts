/**
 * The sessions that GetCallerIdentity knows. What remembers them is loaded from a bundle of its
 * own, where the broker is configured to do it.
 */
import { type AssumedRole, BrokerError, type SessionIdentifier, type Sts } from '@token-broker/core'
import { readSdkError } from '../sdk-error.ts'
import type { SessionMemory, SessionOptions } from './remember-sessions.ts'

export interface KnownSessions extends SessionIdentifier {
  /** @throws {BrokerError} `upstream_unavailable` */
  remember(session: AssumedRole, signal: AbortSignal): Promise<void>
}

/** With a table, it starts to load the bundle, so that the first request does not wait for it. */
export function openKnownSessions(options: SessionOptions): KnownSessions {
  let opened: Promise<SessionMemory> | undefined
  const open = () => {
    opened ??= import('./remember-sessions.ts').then(({ createSessionMemory }) =>
      createSessionMemory(options),
    )
    return opened
  }
  // Each call below reports the failure; without this handler it would end the process.
  if (options.table) open().catch(() => undefined)
  const tableName = options.table?.tableName ?? 'in memory'
  const fail = (error: unknown): never => {
    const message = `Table of sessions ${tableName}: ${readSdkError(error).text}`
    throw new BrokerError('upstream_unavailable', message, { retryAfterSeconds: 1 })
  }
  return {
    identify: (request, signal) =>
      open()
        .then((memory) => memory.identify(request, signal))
        .catch(fail),
    remember: (session, signal) =>
      open()
        .then((memory) => memory.remember(session, signal))
        .catch(fail),
  }
}

/**
 * A decorator that remembers each session that STS issues. If that fails, the session is issued
 * nevertheless: the caller got what it asked for, and only GetCallerIdentity will not know it.
 */
export function rememberingSts(sts: Sts, sessions: KnownSessions): Sts {
  return {
    async assumeRoleWithWebIdentity(input, signal) {
      const assumed = await sts.assumeRoleWithWebIdentity(input, signal)
      try {
        await sessions.remember(assumed, signal)
        return assumed
      } catch (error) {
        const identityFailure = error instanceof BrokerError ? error.message : 'unexpected error'
        return { ...assumed, identityFailure }
      }
    },
  }
}
