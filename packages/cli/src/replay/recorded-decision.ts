/** What a decision says, in the words of its record, and where two of them differ. */
import type { AuditRecord } from '@token-broker/core'
import { textOfName } from '@token-broker/core/session-names'
import { isRecordObject, type WrittenRecord } from '../audit/read-record.ts'

/** Members of a record that follow from the request and the documents alone. */
const MEMBERS = [
  ...(['outcome', 'code', 'reason'] as const),
  ...(['tenant', 'documentSha256', 'proofVersion', 'issuer', 'subject', 'tokenAudiences'] as const),
  ...(['actor', 'pool', 'identityId', 'identityProvider', 'newGuest'] as const),
  ...(['rule', 'grant', 'roleArn', 'roleSessionName', 'sourceIdentity', 'sessionTags'] as const),
  ...(['webIdentity', 'policySha256', 'durationSeconds', 'releasedAudience'] as const),
]

/** Added to the record of a refusal that is repeated from memory. */
const REPEATED = ' (repeated from a moment ago)'

export type DecidedMember = (typeof MEMBERS)[number]

/** A decision as its record has it: JSON values, absent members are undefined. */
type RecordedDecision = Readonly<Partial<Record<DecidedMember, unknown>>>

export interface Compared {
  readonly before: RecordedDecision
  readonly after: RecordedDecision
}

/** Codes of failures, which say nothing about documents. */
const FAILURES: readonly unknown[] = [
  ...['issuer_unavailable', 'throttled', 'upstream_unavailable', 'internal'],
]

/**
 * Brings both to the same form.
 * @returns undefined where the broker or AWS failed before there was a decision
 */
export function comparableDecisions(
  recorded: WrittenRecord,
  redecided: AuditRecord,
): Compared | undefined {
  const { code, policySha256 } = recorded
  // What AWS or the signing key refused was decided before. That a grant releases no token, which
  // is found as late, is a decision.
  const isDecided = code === undefined || code === 'access_denied'
  const isFailed = !isDecided && policySha256 !== undefined
  if (!isFailed && FAILURES.includes(code)) return undefined
  const written = decisionOf(recorded)
  const { reason } = written
  const before = {
    ...written,
    ...(typeof reason === 'string' ? { reason: reason.replace(REPEATED, '') } : {}),
    ...(isFailed ? { outcome: 'issued', code: undefined, reason: undefined } : {}),
  }
  return { before, after: withKnownNames(decisionOf(redecided), before) }
}

function decisionOf(record: RecordedDecision): RecordedDecision {
  const decision: Partial<Record<DecidedMember, unknown>> = {}
  for (const name of MEMBERS) decision[name] = record[name]
  return decision
}

/**
 * Names of sessions end in a digest with a key of the deployment, which is not known here. Two are
 * equal where the text before the digest and the owner are. A text that is too long for a name is
 * only in the digest, and counts as equal to another such text.
 */
function withKnownNames(after: RecordedDecision, before: RecordedDecision): RecordedDecision {
  const isSameOwner = OWNER.every((name) => isEqual(before[name], after[name]))
  if (!isSameOwner) return after
  const named = (known: unknown, found: unknown) =>
    typeof known === 'string' &&
    typeof found === 'string' &&
    textOfName(known) === textOfName(found)
      ? known
      : found
  const { webIdentity: known } = before
  const { webIdentity } = after
  const isMinted = isRecordObject(webIdentity) && webIdentity.sourceIdentity !== undefined
  return {
    ...after,
    roleSessionName: named(before.roleSessionName, after.roleSessionName),
    sourceIdentity: named(before.sourceIdentity, after.sourceIdentity),
    webIdentity: isMinted
      ? {
          ...webIdentity,
          sourceIdentity: named(
            isRecordObject(known) ? known.sourceIdentity : undefined,
            webIdentity.sourceIdentity,
          ),
        }
      : webIdentity,
  }
}

const OWNER = ['tenant', 'issuer', 'subject', 'actor'] as const

/** @returns the members that are not equal, as JSON */
export function differingMembers({ before, after }: Compared): readonly DecidedMember[] {
  return MEMBERS.filter((name) => !isEqual(before[name], after[name]))
}

function isEqual(one: unknown, other: unknown): boolean {
  return one === other || JSON.stringify(one) === JSON.stringify(other)
}
