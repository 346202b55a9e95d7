/**
 * The life of one session: the request, the decision, the session at AWS, what it did there and
 * what it was denied, with the reason of each denial. The same JSON is for programs and for the
 * operator console.
 */
import type { CompiledTenant, PolicyStatement } from '@token-broker/core'
import type { IamCatalogue } from '@token-broker/core/lint'
import { explanationFields } from '../../documents/permission-output.ts'
import { eventContext } from '../cloudtrail/event-context.ts'
import { requestOfEvent } from '../cloudtrail/event-request.ts'
import { recordFields } from '../read-record.ts'
import type { FoundSession } from './find-sessions.ts'
import { type DenialVerdict, judgeDenial, type PolicyLayer } from './judge-denial.ts'
import { sessionPolicyLayer } from './known-policies.ts'
import type { DeniedEvents, SessionActivity } from './session-activity.ts'

export interface SessionLife extends FoundSession {
  /** Undefined: no events of CloudTrail were given. */
  readonly activity: SessionActivity | undefined
  readonly layers: readonly PolicyLayer[]
  readonly denials: readonly ExplainedDenial[]
}

export interface ExplainedDenial extends DeniedEvents {
  readonly verdict: DenialVerdict
}

export interface LifeSources {
  readonly tenants: readonly CompiledTenant[] | undefined
  /** The policies of the session's role, as far as they are known. */
  readonly roleLayers: readonly PolicyLayer[]
  readonly catalogue: IamCatalogue
  /** The session policy, where the request was decided again. */
  readonly replayed: readonly PolicyStatement[] | undefined
}

/** Pure: everything that is read is given. */
export function sessionLife(
  found: FoundSession,
  activity: SessionActivity | undefined,
  { tenants, roleLayers, catalogue, replayed }: LifeSources,
): SessionLife {
  const { record, owner } = found
  const layers = owner
    ? [sessionPolicyLayer(record, tenants, activity?.issuance, replayed), ...roleLayers]
    : []
  const denials = (activity?.denials ?? []).map((denial): ExplainedDenial => {
    const request = requestOfEvent(denial.event, catalogue)
    const verdict = judgeDenial(request, layers, (action) =>
      eventContext(denial.event, action, record),
    )
    return { ...denial, verdict }
  })
  return { ...found, activity, layers, denials }
}

/** The JSON of one session. Members that are undefined are absent. */
export function sessionLifeFields(life: SessionLife): object {
  const { record, owner, later, moreLater, shared, moreShared, activity, layers, denials } = life
  return {
    record: recordFields(record),
    session: owner && {
      accessKeyId: owner.accessKeyId,
      assumedRoleArn: owner.assumedRoleArn,
      issued: isoOf(owner.issuedMs),
      expires: owner.expiresMs === undefined ? undefined : isoOf(owner.expiresMs),
    },
    laterRecords: later.map(recordFields),
    moreLaterRecords: moreLater,
    sharedRecords: shared.map(recordFields),
    moreSharedRecords: moreShared,
    policies: layers.map(({ name, statements, origin, managedPolicyArns }) => ({
      layer: name,
      known: statements !== undefined,
      origin,
      statements,
      managedPolicyArns,
    })),
    activity: activity && {
      events: activity.events,
      first: activity.firstMs === undefined ? undefined : isoOf(activity.firstMs),
      last: activity.lastMs === undefined ? undefined : isoOf(activity.lastMs),
      actions: activity.actions,
      uncountedEvents: activity.uncountedEvents,
      unexplainedDenials: activity.unexplainedDenials,
      issuanceEventId: activity.issuance?.id,
    },
    denials: denials.map(denialFields),
  }
}

function denialFields({ event, count, lastMs, verdict }: ExplainedDenial): object {
  const { action, resource, stated, layers, deniedBy, cause, agrees } = verdict
  return {
    eventId: event.id,
    time: isoOf(event.timeMs),
    last: isoOf(lastMs),
    count,
    source: event.source,
    name: event.name,
    region: event.region,
    sourceAddress: event.sourceAddress,
    errorCode: event.errorCode,
    errorMessage: event.errorMessage,
    action,
    resource,
    cause,
    deniedBy,
    statedByAws: stated,
    // Undefined in JSON would drop it: null means that it is not known.
    agreesWithAws: agrees ?? null,
    layers: layers.map(({ explanation, ...layer }) => ({
      layer: layer.layer,
      verdict: layer.verdict,
      because: layer.because,
      requestChange: layer.requestChange,
      policyChange: layer.policyChange,
      explanation: explanation && explanationFields(explanation),
    })),
  }
}

const isoOf = (timeMs: number) => new Date(timeMs).toISOString()
