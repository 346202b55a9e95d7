/** The result of a replay, for people. */
import { oneLine, type Paint } from '../terminal.ts'
import type { DecidedMember } from './recorded-decision.ts'
import type { ReplaySummary } from './summarize-replay.ts'

/** Callers that are listed; `--format json` prints all of them. */
const SHOWN_CHANGES = 100
const MARKS = { gain: '+', loss: '-', change: '~', refusal: '=' } as const
const COLOURS = { gain: 'red', loss: 'yellow', change: 'bold', refusal: 'dim' } as const

const NAMES: Readonly<Partial<Record<DecidedMember, string>>> = {
  roleArn: 'role',
  roleSessionName: 'session name',
  sourceIdentity: 'source identity',
  sessionTags: 'tags',
  policySha256: 'policy',
  durationSeconds: 'duration',
  webIdentity: 'web identity token',
  releasedAudience: 'released token',
}

export function replayText(summary: ReplaySummary, paint: Paint): string {
  const { changes } = summary
  const shown = changes.slice(0, SHOWN_CHANGES)
  const byTenant = Map.groupBy(shown, ({ tenant }) => tenant)
  const lines = [
    ...[...byTenant].flatMap(([tenant, ofTenant]) => [
      paint('bold', oneLine(tenant)),
      ...ofTenant.map((change) => `  ${changeLine(change, paint)}`),
      '',
    ]),
    ...(changes.length > shown.length
      ? [`and ${countOf(changes.length - shown.length, 'other change')}; --format json has all`]
      : []),
    ...totalLines(summary),
  ]
  return lines.map((line) => `${line}\n`).join('')
}

function changeLine(change: ReplaySummary['changes'][number], paint: Paint): string {
  const { effect, subject, issuer, from, to, differences, count, example } = change
  const what =
    effect === 'change'
      ? `${from === to ? from : `${from} → ${to}`}: another ${differences.map(nameOf).join(', ')}`
      : `${from} → ${to}`
  const who = `${oneLine(subject)} of ${oneLine(issuer)}`
  const mark = paint(COLOURS[effect], MARKS[effect])
  const requests = `${countOf(count, 'request')}, such as ${oneLine(example)}`
  return `${mark} ${who}: ${oneLine(what)}, ${requests}`
}

function totalLines({
  compared,
  same,
  requests,
  unlisted,
  undecided,
  missing,
  otherTenants,
  skipped,
}: ReplaySummary): string[] {
  const { gain, loss, change, refusal } = requests
  const other = Object.entries(otherTenants)
  const ofOthers = other.reduce((sum, [, count]) => sum + count, 0)
  const names = other.map(([name]) => oneLine(name)).join(', ')
  const notes: readonly (readonly [number, string])[] = [
    [unlisted, 'changed decisions of more callers than are listed'],
    [missing.absent, 'records without inputs: of tenants without recordInputs, or refused earlier'],
    [missing['too large'], 'records whose inputs were too large'],
    [missing.unavailable, 'records whose inputs could not be collected'],
    [missing.malformed, 'records with malformed inputs'],
    [undecided, 'records of requests that failed before they were decided'],
    [ofOthers, `records of tenants without a document here: ${names}`],
    [skipped, 'lines that are no audit records'],
  ]
  return [
    `${countOf(compared, 'decision')} made again: ${number(gain)} gained, ${number(loss)} lost, ` +
      `${number(change)} changed, ${number(refusal)} refused for another reason, ` +
      `${number(same)} the same`,
    ...notes.filter(([count]) => count > 0).map(([count, what]) => `${number(count)} ${what}`),
  ]
}

function nameOf(member: DecidedMember): string {
  return NAMES[member] ?? member
}

function countOf(count: number, noun: string): string {
  return `${number(count)} ${noun}${count === 1 ? '' : 's'}`
}

function number(count: number): string {
  return count.toLocaleString('en')
}
