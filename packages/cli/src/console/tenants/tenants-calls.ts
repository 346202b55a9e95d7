/** The calls of the view of tenants. */
import type { ResultOf } from '@token-broker/console/wire'
import TENANT_SCHEMA from '@token-broker/core/tenant-schema' with { type: 'json' }
import { EXIT, UsageError } from '../../cli-error.ts'
import { readStoredVersion } from '../../tenant/read-stored.ts'
import { TenantError } from '../../tenant/tenant-error.ts'
import { inputCount, inputFields, inputSource, inputText } from '../call-input.ts'
import type { ConsoleContext } from '../console-context.ts'
import { withConsoleTable } from '../console-table.ts'
import { checkDraft } from './check-draft.ts'
import { openConsoleStore } from './open-store.ts'
import { reviewInStore } from './review-draft.ts'

export async function listTenantRows(
  input: unknown,
  context: ConsoleContext,
): Promise<ResultOf<'tenants/list'>> {
  const fields = inputFields(input)
  const store = await openConsoleStore(inputSource(fields), context)
  return store.list(inputText(fields, 'search'), inputCount(fields, 'after'))
}

export async function openTenant(
  input: unknown,
  context: ConsoleContext,
): Promise<ResultOf<'tenants/open'>> {
  const fields = inputFields(input)
  const store = await openConsoleStore(inputSource(fields), context)
  return store.open(inputText(fields, 'name'))
}

export async function openVersion(
  input: unknown,
  context: ConsoleContext,
): Promise<ResultOf<'tenants/version'>> {
  const fields = inputFields(input)
  const [name, version] = [inputText(fields, 'name'), inputCount(fields, 'version')]
  const { source } = await withConsoleTable(context, (table) =>
    readStoredVersion(table, name, version),
  )
  return { text: source ?? '' }
}

export async function sendSchema(): Promise<ResultOf<'tenants/schema'>> {
  return TENANT_SCHEMA
}

export async function checkTenantDraft(
  input: unknown,
  context: ConsoleContext,
): Promise<ResultOf<'tenants/check'>> {
  const fields = inputFields(input)
  const store = await openConsoleStore(inputSource(fields), context)
  const file = store.fileOf(inputText(fields, 'name'))
  const { findings, proof } = await checkDraft(
    ...([file, inputText(fields, 'text'), context.sources.boundaries] as const),
  )
  return { findings, proof }
}

export async function reviewTenantDraft(
  input: unknown,
  context: ConsoleContext,
): Promise<ResultOf<'tenants/review'>> {
  const fields = inputFields(input)
  const store = await openConsoleStore(inputSource(fields), context)
  const [name, text] = [inputText(fields, 'name'), inputText(fields, 'text')]
  return reviewInStore(store, name, text, context.sources.boundaries)
}

/** Checks everything again: a document that is invalid is not written, whatever the page did. */
export async function saveTenantDraft(
  input: unknown,
  context: ConsoleContext,
): Promise<ResultOf<'tenants/save'>> {
  const fields = inputFields(input)
  const source = inputSource(fields)
  const store = await openConsoleStore(source, context)
  const [name, text] = [inputText(fields, 'name'), inputText(fields, 'text')]
  const { document, findings } = await checkDraft(
    ...([store.fileOf(name), text, context.sources.boundaries] as const),
  )
  const error = findings.find(({ level }) => level === 'error')
  if (!document || error)
    throw new UsageError(`the document is invalid: ${error?.message ?? 'it does not compile'}`)
  if (source === 'table' && document.tenant.tenant !== name)
    throw new TenantError(
      `the document is of the tenant ${document.tenant.tenant}, and this page is of ${name}; ` +
        'open the page of the other tenant, or correct "tenant"',
      EXIT.conflict,
    )
  await store.checkOwnership(name, document)
  return store.save(name, document, inputText(fields, 'expect'))
}
