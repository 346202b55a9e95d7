/** One audit record for people: what was decided about whom, and why. */
import { oneLine, type Paint } from '../terminal.ts'
import { isRecordObject, type WrittenRecord } from './read-record.ts'

/** Longer values are cut; `--format json` prints all of them. */
const MAX_VALUE_CHARACTERS = 2_000

/** A few lines, with an empty line at the end. No character of the record is obeyed or hidden. */
export function recordText(record: WrittenRecord, paint: Paint): string {
  const { timeMs, outcome, code, endpoint, requestId } = record
  const isGood = outcome !== 'refused' && outcome !== 'error'
  const title = [outcome, ...(code === undefined ? [] : [shown(code)])].join(' ')
  const head = [
    paint('bold', new Date(timeMs).toISOString()),
    paint(isGood ? 'green' : 'red', paint('bold', title)),
    `${shown(endpoint)}, request ${shown(requestId)}`,
  ]
  const lines = [
    head.join('  '),
    ...recordParts(record).map(([name, value]) => `  ${paint('dim', name.padEnd(12))} ${value}`),
    ...causeLines(record, paint),
  ]
  return `${lines.join('\n')}\n\n`
}

/** What is known of the request by part, such as who it was and what was decided. */
export function recordParts(record: WrittenRecord): readonly (readonly [string, string])[] {
  return allParts(record).flatMap(([name, value]) =>
    value === undefined || value === '' ? [] : [[name, value] as const],
  )
}

function allParts(record: WrittenRecord): readonly (readonly [string, string | undefined])[] {
  const { webIdentity, sessionTags } = record
  return [
    ['reason', valueText(record.reason)],
    ['who', whoText(record)],
    ['actor', identityText(record.actor)],
    ['pool', namedTexts(record, { pool: '', identityProvider: 'provider', identityId: 'id' })],
    ['operation', namedTexts(record, { operation: '', backendKeyId: 'with the key pair' })],
    ['decided', namedTexts(record, { tenant: 'tenant', rule: 'rule', grant: 'grant' })],
    ['candidate', candidateText(record.candidate)],
    [
      'requested',
      namedTexts(record, {
        wantedTenant: 'tenant',
        wantedGrant: 'grant',
        wantedRoleArn: 'role',
        wantedSessionName: 'session name',
      }),
    ],
    [
      'token',
      namedTexts(record, {
        tokenAudiences: 'audience',
        keyId: 'key',
        algorithm: 'signed with',
        expiresAt: 'expires',
      }),
    ],
    [
      'session',
      namedTexts(record, {
        roleArn: '',
        roleSessionName: 'name',
        durationSeconds: 'seconds',
        sourceIdentity: 'source identity',
        accessKeyId: 'access key',
        reusedFrom: 'issued for request',
        sessionExpiresAt: 'until',
        releasedAudience: 'web identity token released for',
        sessionTokenUtilization: 'percent of the session token',
      }),
    ],
    ['not known', valueText(record.identityFailure)],
    ['tags', isRecordObject(sessionTags) ? valueText(sessionTags) : undefined],
    [
      'web identity',
      isRecordObject(webIdentity)
        ? namedTexts(webIdentity, {
            issuer: 'iss',
            audience: 'aud',
            subject: 'sub',
            tagKeys: 'tag keys',
            sourceIdentity: 'source identity',
          })
        : valueText(webIdentity),
    ],
  ]
}

/** What the candidate document would have decided. */
function candidateText(value: unknown): string | undefined {
  if (!isRecordObject(value)) return undefined
  const names = { result: '', code: '', rule: 'rule', grant: 'grant', differences: 'differs in' }
  return namedTexts(value, { ...names, reason: 'because:', documentSha256: 'document' })
}

function whoText(record: WrittenRecord): string | undefined {
  const identity = identityText(record)
  const client = namedTexts(record, { clientIp: 'from', userAgent: 'with' })
  return [identity, client].filter(Boolean).join(', ')
}

function identityText(value: unknown): string | undefined {
  if (!isRecordObject(value)) return undefined
  const [subject, issuer] = [valueText(value.subject), valueText(value.issuer)]
  if (subject === undefined) return issuer === undefined ? undefined : `somebody of ${issuer}`
  return issuer === undefined ? subject : `${subject} of ${issuer}`
}

/** `tenant acme, grant reports`, of the members that the record has. */
function namedTexts(
  record: Readonly<Record<string, unknown>>,
  names: Readonly<Record<string, string>>,
): string {
  return Object.entries(names)
    .flatMap(([member, name]) => {
      const value = valueText(record[member])
      return value === undefined ? [] : [name === '' ? value : `${name} ${value}`]
    })
    .join(', ')
}

function causeLines({ likelyCauses }: WrittenRecord, paint: Paint): string[] {
  if (!Array.isArray(likelyCauses)) return []
  return [
    `  ${paint('dim', 'likeliest causes')}`,
    ...likelyCauses.map((cause, at) => `    ${at + 1}. ${shown(cause)}`),
  ]
}

function valueText(value: unknown): string | undefined {
  return value === undefined || value === null ? undefined : shown(value)
}

function shown(value: unknown): string {
  const text =
    typeof value === 'string'
      ? value
      : Array.isArray(value) && value.every((item) => typeof item === 'string')
        ? value.join(', ')
        : JSON.stringify(value)
  const cut = text.length > MAX_VALUE_CHARACTERS
  return oneLine(cut ? `${text.slice(0, MAX_VALUE_CHARACTERS)}…` : text)
}
