/** Every call of the page, with what runs it. Each is loaded when it is first made. */
import type { CallName, ResultOf } from '@token-broker/console/wire'
import type { ConsoleCall, ConsoleContext } from './console-context.ts'

type CallTable = { readonly [Name in CallName]: () => Promise<ConsoleCall<ResultOf<Name>>> }

const drafts = () => import('./tenants/draft-calls.ts')
const tenants = () => import('./tenants/tenants-calls.ts')

/** Does not compile where a call of the page is missing or returns something else. */
const CALLS: CallTable = {
  'audit/list': async () => (await import('./audit-api.ts')).listRecords,
  'audit/record': async () => (await import('./audit-api.ts')).readFullRecord,
  'audit/redecide': async () => (await import('./redecide-api.ts')).decideRecordAgain,
  'audit/session': async () => (await import('./session-api.ts')).showSessionLife,
  'console/start': async () => (await import('./start-info.ts')).describeStart,
  'decide/run': async () => (await import('./decide-api.ts')).decideRequest,
  'documents/progress': async () => (await import('./progress-api.ts')).compileAhead,
  'tests/list': async () => (await import('./tests-api.ts')).listRuleTests,
  'tests/names': async () => (await import('./tests-api.ts')).listTestNames,
  'tests/run': async () => (await import('./tests-api.ts')).runListedFiles,
  'trust/compare': async () => (await import('./trust-api.ts')).compareTrustPolicy,
  'trust/list': async () => (await import('./trust-api.ts')).listTrustPolicies,
  'tenants/list': async () => (await tenants()).listTenantRows,
  'tenants/open': async () => (await tenants()).openTenant,
  'tenants/version': async () => (await import('./tenants/version-call.ts')).openVersion,
  'tenants/schema': async () => (await tenants()).sendSchema,
  'tenants/check': async () => (await drafts()).checkTenantDraft,
  'tenants/review': async () => (await drafts()).reviewTenantDraft,
  'tenants/promote': async () => (await drafts()).promoteTenantCandidate,
  'tenants/drop': async () => (await drafts()).dropTenantCandidate,
  'tenants/save': async () => (await drafts()).saveTenantDraft,
}

export function findCall(name: string): (() => Promise<ConsoleCall<unknown>>) | undefined {
  return Object.entries(CALLS).find(([known]) => known === name)?.[1]
}

/** Loads what the first view needs before the page asks for it: code, and the names of files. */
export async function warmUpFirstCall(context: ConsoleContext): Promise<void> {
  const [start] = await Promise.all([CALLS['console/start'](), CALLS['tenants/list']()])
  // What fails here fails again when the page asks, and is shown then.
  await start({ tenants: true }, context).catch(() => undefined)
}
