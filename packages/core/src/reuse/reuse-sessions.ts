/**
 * Stages 6 and 7 where a grant has `reuse`: a session that was issued for the same decision a
 * moment ago is returned again, and such requests at the same time share one call of STS.
 */
import type { RequestContext } from '../model/request-context.ts'
import type {
  MintingPorts,
  obtainWebIdentity,
  WebIdentityToken,
} from '../session/obtain-web-identity.ts'
import type { AssumedRole, Sts } from '../session/sts.ts'
import { type DecidedSession, writeDecision } from './decision-key.ts'
import { createKeptSessions, type KeepingClocks } from './kept-sessions.ts'

type ReuseContext = RequestContext<MintingPorts & { readonly sts: Sts }>

/** A bundle that is loaded lazily cannot contain what throws a `BrokerError`. */
interface ReuseSteps {
  readonly lap: (stage: 'obtain' | 'assume') => void
  readonly obtainWebIdentity: typeof obtainWebIdentity
  /** Rejects where the signal aborts, and leaves the work running. */
  readonly beforeDeadline: <Value>(signal: AbortSignal, work: Promise<Value>) => Promise<Value>
}

export interface ObtainedSession {
  readonly assumed: AssumedRole
  /** Id of the request for which STS issued the session; absent: this one. */
  readonly reusedFrom?: string
}

/** @throws {BrokerError} what the steps and the ports throw; a failure is never kept */
export type ReuseSession = (
  decided: DecidedSession,
  context: ReuseContext,
  steps: ReuseSteps,
) => Promise<ObtainedSession>

export interface ReuseOptions extends KeepingClocks {
  /** Of text, without a collision that anyone could find. */
  readonly digest: (text: string) => string
  /** From where an address is, as coarse as one person can change it. */
  readonly networkOf: (address: string) => string
}

/** One call of the signer and STS, for all requests that wait for it. */
interface Flight {
  readonly requestId: string
  readonly obtained: Promise<WebIdentityToken>
  readonly assumed: Promise<AssumedRole>
  /** A request leaves at its own deadline; the call ends when nobody waits for it any more. */
  waiting: number
  readonly abort: () => void
}

/** Of the requested duration: credentials with less life left are not returned again. */
const LEAST_LIFE = 1 / 2

export function createSessionReuse({ digest, networkOf, ...clocks }: ReuseOptions): ReuseSession {
  const kept = createKeptSessions(clocks)
  const flights = new Map<string, Flight>()

  /** Keeps the session, once STS has issued it. */
  const start = (
    key: string,
    decided: DecidedSession,
    context: ReuseContext,
    { obtainWebIdentity }: ReuseSteps,
    onAssumed: (assumed: AssumedRole) => void,
  ): Flight => {
    const controller = new AbortController()
    const { signal } = controller
    const obtained = obtainWebIdentity(decided, { ...context, signal })
    // Once it has ended, there may be another one of the same decision.
    const end = () => flights.get(key) === flight && flights.delete(key)
    const assumed = obtained
      .then((webIdentityToken) =>
        context.ports.sts.assumeRoleWithWebIdentity({ ...decided.plan, webIdentityToken }, signal),
      )
      .finally(end)
    assumed.then(onAssumed, () => undefined)
    const abort = () => {
      if (end()) controller.abort()
    }
    const flight = { requestId: context.requestId, obtained, assumed, waiting: 0, abort }
    flights.set(key, flight)
    return flight
  }

  return async (decided, context, steps) => {
    const { tenant, plan, grant } = decided
    const { signal, endpoint, requestId, ports } = context
    const { lap, beforeDeadline } = steps
    lap('obtain')
    const isMinted = plan.webIdentity === 'minted'
    const signingKeyId = isMinted ? await ports.signer?.keyId() : undefined
    const network = networkOf(context.clientIp)
    const key = digest(writeDecision(decided, { endpoint, network, signingKeyId }))
    const documentSha256 = tenant.certificate?.documentSha256 ?? ''
    const state = { tenant: tenant.tenant, documentSha256, signingKeyId }
    const moment = kept.observe(state)
    const found = kept.find(key, moment)
    if (found) return { assumed: found.session, reusedFrom: found.requestId }
    const rule = {
      reuseMs: (grant.reuseSeconds ?? 0) * 1_000,
      minLifeMs: plan.durationSeconds * 1_000 * LEAST_LIFE,
    }
    const joined = flights.get(key)
    const flight =
      joined ??
      start(key, decided, context, steps, (session) => {
        // GetCallerIdentity does not know this one, and may know the next one.
        if (session.identityFailure !== undefined) return
        kept.keep(key, { session, requestId }, state, moment, rule)
      })
    flight.waiting += 1
    try {
      await beforeDeadline(signal, flight.obtained)
      lap('assume')
      const assumed = await beforeDeadline(signal, flight.assumed)
      return joined ? { assumed, reusedFrom: joined.requestId } : { assumed }
    } finally {
      flight.waiting -= 1
      if (flight.waiting === 0) flight.abort()
    }
  }
}
