/** `token-broker audit session`: what a session is, what it did at AWS, and why it was denied. */
import { readLines } from '../audit/log-lines.ts'
import { type FilterOption, readFilter } from '../audit/record-filter.ts'
import type { FoundSession } from '../audit/session-life/find-sessions.ts'
import type { PolicyLayer } from '../audit/session-life/judge-denial.ts'
import { readSessionLives, type SessionQuery } from '../audit/session-life/read-session-lives.ts'
import { readRolePolicies } from '../audit/session-life/role-policy-files.ts'
import { sessionLifeFields } from '../audit/session-life/session-life.ts'
import { sessionLifeText } from '../audit/session-life/session-life-text.ts'
import { EXIT, UsageError } from '../cli-error.ts'
import type { CommandCall } from '../command-line/declaration.ts'
import { readDecidingTenants, type TenantSourceOption } from '../documents/deciding-tenants.ts'
import { createPaint, printJson, printMessage } from '../terminal.ts'

type SessionOption =
  | TenantSourceOption
  | ('records' | 'log-group' | 'since' | 'until')
  | ('cloudtrail' | 'cloudtrail-lookup' | 'cloudtrail-log-group')
  | ('role-policy' | 'role-policy-lookup')
  | 'format'
type SessionCall = CommandCall<SessionOption>

/** @returns the exit code: 0 at least one session or request, 1 a document is invalid, 3 none */
export async function printSessions(call: SessionCall): Promise<number> {
  const { terminal, operands, option, optionValues, isSet } = call
  const records = await openRecords(call)
  const isNamed = (['tenants', 'table', 'table-endpoint'] as const).some(
    (name) => option(name) !== undefined,
  )
  const tenants = isNamed ? await readDecidingTenants(call) : undefined
  if (isNamed && tenants === undefined) return EXIT.invalid
  const given = await readRolePolicies(optionValues('role-policy'))
  const { lives, moreSessions, skippedEntries } = await readSessionLives(
    {
      ...{ ids: operands, tenants, ...records },
      events: {
        ...{ paths: optionValues('cloudtrail'), texts: [] },
        ...{ isLookedUp: isSet('cloudtrail-lookup'), logGroup: option('cloudtrail-log-group') },
      },
      roleLayersOf: (found) => roleLayersOf(call, found, given),
    },
    { env: terminal.env, now: Date.now },
  )
  if (option('format') === 'json')
    printJson(terminal, { sessions: lives.map(sessionLifeFields), moreSessions })
  else {
    const paint = createPaint(terminal.stdout)
    terminal.print(lives.map((life) => sessionLifeText(life, paint)).join('\n'))
  }
  if (moreSessions > 0) printMessage(terminal, `${moreSessions} more sessions are not shown`)
  if (skippedEntries > 0)
    printMessage(terminal, `${skippedEntries} entries of the files are no events of CloudTrail`)
  if (lives.length > 0) return EXIT.done
  printMessage(
    terminal,
    'no record has this id: expected that of a request, an access key or an assumed role; check ' +
      'the period and the source of the records',
  )
  return EXIT.refused
}

async function openRecords({
  terminal,
  option,
  optionValues,
}: SessionCall): Promise<Pick<SessionQuery, 'records' | 'sinceMs' | 'untilMs'>> {
  const [group, files] = [option('log-group'), optionValues('records')]
  if (group !== undefined && files.length > 0)
    throw new UsageError('--log-group: expected no --records beside it; read one of them')
  if (group === undefined && files.length === 0)
    throw new UsageError(
      '--records: expected the file with the audit records, - for standard input, or ' +
        '--log-group, found nothing',
    )
  const filter = readFilter(
    (name: FilterOption) => (name === 'since' || name === 'until' ? option(name) : undefined),
    Date.now,
  )
  const { sinceMs, untilMs } = filter
  if (group === undefined) return { records: readLines(files, terminal.stdin), sinceMs, untilMs }
  const { readLogGroup } = await import('../audit/log-group.ts')
  const context = { follow: false, env: terminal.env, now: Date.now }
  return { records: readLogGroup(group, filter, context), sinceMs, untilMs }
}

const UNKNOWN_ROLE_POLICY: PolicyLayer = {
  name: 'role policy',
  statements: undefined,
  origin: 'name its policies with --role-policy, or read them with --role-policy-lookup',
  managedPolicyArns: [],
  locate: () => '',
}

async function roleLayersOf(
  { terminal, isSet }: SessionCall,
  { record, owner }: FoundSession,
  given: PolicyLayer | undefined,
): Promise<readonly PolicyLayer[]> {
  const { roleArn } = record
  if (!owner || !isSet('role-policy-lookup') || typeof roleArn !== 'string')
    return [given ?? UNKNOWN_ROLE_POLICY]
  const { getRoleLayers } = await import('../audit/session-life/role-policies-in-iam.ts')
  return getRoleLayers(roleArn, terminal.env)
}
