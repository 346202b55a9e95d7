/** The console's API for sessions: what one did at AWS, and which policy denied it what. */
import type { SessionLifeShown } from '@token-broker/console/wire'
import { readPlacedRecord } from '../audit/page-records.ts'
import type { FoundSession } from '../audit/session-life/find-sessions.ts'
import type { PolicyLayer } from '../audit/session-life/judge-denial.ts'
import { readSessionLives } from '../audit/session-life/read-session-lives.ts'
import { sessionLifeText } from '../audit/session-life/session-life-text.ts'
import { UsageError } from '../cli-error.ts'
import { openStores } from './audit-api.ts'
import { memberText, readMembers } from './call-input.ts'
import type { ConsoleCall, ConsoleContext } from './console-context.ts'
import { decidingDocuments } from './deciding-documents.ts'

const MEMBERS = ['id', 'events', 'looksUpEvents', 'looksUpRole']

/** @param input `{ id, events }`: of a listed record, and what CloudTrail wrote, as text */
export const showSessionLife: ConsoleCall<SessionLifeShown> = async (input, context) => {
  const members = readMembers(input, MEMBERS)
  const id = memberText(members, 'id') ?? ''
  const { record } = await readPlacedRecord(await openStores(context), id)
  const events = memberText(members, 'events')
  const { tenantsDir, table } = context.sources
  const { lives, skippedEntries } = await readSessionLives(
    {
      ids: [String(record.requestId)],
      records: singleLine(JSON.stringify(record)),
      ...{ sinceMs: undefined, untilMs: undefined },
      tenants: tenantsDir || table ? await decidingDocuments(context) : undefined,
      events: {
        ...{ paths: [], texts: events === undefined ? [] : [events] },
        ...{ isLookedUp: members.looksUpEvents === true, logGroup: undefined },
      },
      roleLayersOf: (found) => roleLayersOf(found, members.looksUpRole === true, context),
    },
    { env: context.terminal.env, now: context.now },
  )
  const [life] = lives
  if (life === undefined) throw new UsageError('the record is of no session')
  return { text: sessionLifeText(life, (_, text) => text), skippedEntries }
}

async function* singleLine(line: string): AsyncGenerator<readonly string[]> {
  yield [line]
}

const UNREAD_ROLE: PolicyLayer = {
  name: 'role policy',
  statements: undefined,
  origin: 'let the console read it from IAM with your credentials',
  managedPolicyArns: [],
  locate: () => '',
}

async function roleLayersOf(
  { record, owner }: FoundSession,
  isLookedUp: boolean,
  { terminal }: ConsoleContext,
): Promise<readonly PolicyLayer[]> {
  if (!isLookedUp || !owner || typeof record.roleArn !== 'string') return [UNREAD_ROLE]
  const { getRoleLayers } = await import('../audit/session-life/role-policies-in-iam.ts')
  return getRoleLayers(record.roleArn, terminal.env)
}
