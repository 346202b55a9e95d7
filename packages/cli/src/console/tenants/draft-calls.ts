/** The calls of the editor: they check, compare and save what it contains. */
import type { ResultOf } from '@token-broker/console/wire'
import { EXIT, UsageError } from '../../cli-error.ts'
import { TenantError } from '../../tenant/tenant-error.ts'
import { readMembers, requiredSource, requiredText } from '../call-input.ts'
import type { ConsoleCall, ConsoleContext } from '../console-context.ts'
import { checkDraft } from './check-draft.ts'
import { openConsoleStore } from './open-store.ts'
import { reviewInStore } from './review-draft.ts'

export const checkTenantDraft: ConsoleCall<ResultOf<'tenants/check'>> = async (input, context) => {
  const { store, name, text } = await readDraft(input, context)
  const { boundaries } = context.sources
  const { findings, proof } = await checkDraft(store.fileOf(name), text, boundaries)
  return { findings, proof }
}

export const reviewTenantDraft: ConsoleCall<ResultOf<'tenants/review'>> = async (
  input,
  context,
) => {
  const { store, name, text } = await readDraft(input, context)
  return reviewInStore(store, name, text, context.sources.boundaries)
}

/** Checks everything again: a document that is invalid is not written, whatever the page did. */
export const saveTenantDraft: ConsoleCall<ResultOf<'tenants/save'>> = async (input, context) => {
  const { store, source, name, text, members } = await readDraft(input, context, ['expect'])
  const { boundaries } = context.sources
  const { document, findings } = await checkDraft(store.fileOf(name), text, boundaries)
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
  return store.save(name, document, requiredText(members, 'expect'))
}

export const promoteTenantCandidate: ConsoleCall<ResultOf<'tenants/promote'>> = async (
  input,
  context,
) => {
  const { store, name, seen } = await readSeenCandidate(input, context)
  return store.promote(name, seen)
}

export const dropTenantCandidate: ConsoleCall<ResultOf<'tenants/drop'>> = async (
  input,
  context,
) => {
  const { store, name, seen } = await readSeenCandidate(input, context)
  await store.drop(name, seen)
  return {}
}

async function readSeenCandidate(input: unknown, context: ConsoleContext) {
  const members = readMembers(input, ['source', 'name', 'expect', 'candidate'])
  return {
    store: await openConsoleStore(requiredSource(members), context),
    name: requiredText(members, 'name'),
    seen: {
      expect: requiredText(members, 'expect'),
      candidate: requiredText(members, 'candidate'),
    },
  }
}

async function readDraft(input: unknown, context: ConsoleContext, more: readonly string[] = []) {
  const members = readMembers(input, ['source', 'name', 'text', ...more])
  const source = requiredSource(members)
  return {
    ...{ members, source, store: await openConsoleStore(source, context) },
    ...{ name: requiredText(members, 'name'), text: requiredText(members, 'text') },
  }
}
