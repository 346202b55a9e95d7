/** What a save would change: who gains and loses, and which lines differ. */
import { diff } from 'node:util'
import type { DraftLine, DraftReview } from '@token-broker/console/wire'
import { compareTenants } from '@token-broker/core/document'
import { CliError } from '../../cli-error.ts'
import { changeExample } from '../../documents/change-example.ts'
import { compileFiles } from '../../documents/read-documents.ts'
import { LINT_PAGE } from '../../lint/lint-documents.ts'
import { type CheckedDraft, checkDraft } from './check-draft.ts'
import type { ConsoleStore } from './console-store.ts'

/** Equal lines that are shown before and after a difference. */
const AROUND = 3

export async function reviewInStore(
  store: ConsoleStore,
  name: string,
  text: string,
  boundaries: string | undefined,
): Promise<DraftReview> {
  const stored = await store.open(name)
  const file = store.fileOf(name)
  const { document, ...draft } = await checkDraft(file, text, boundaries)
  const shown = {
    ...{ expect: stored.expect, lines: differingLines(stored.text, text) },
    isSame: stored.text === text && stored.state === 'live',
  }
  if (!document) return { ...draft, ...shown }
  const taken = await whyTaken(() => store.checkOwnership(name, document))
  const findings = taken === undefined ? draft.findings : [...draft.findings, ownership(taken)]
  const before = stored.text === '' ? [] : compiledBefore(file, stored.text, boundaries)
  if (before === undefined) return { ...draft, findings, ...shown }
  const changes = compareTenants(before, [document.tenant]).map((change) => {
    const example = changeExample(change)
    const { effect, part, what } = change
    return { effect, part, what, ...(example === undefined ? {} : { example }) }
  })
  return { ...draft, findings, changes, ...shown }
}

/** @returns undefined where the stored text is not valid (any more) */
function compiledBefore(file: string, text: string, boundaries: string | undefined) {
  const { documents, errors } = compileFiles([{ file, text }], boundaries, true)
  return errors.length > 0 ? undefined : documents.map(({ tenant }) => tenant)
}

async function whyTaken(check: () => Promise<void>): Promise<string | undefined> {
  try {
    await check()
    return undefined
  } catch (error) {
    if (error instanceof CliError) return error.message
    throw error
  }
}

function ownership(message: string): CheckedDraft['findings'][number] {
  return {
    ...{ id: 'invalid-document', level: 'error', path: 'tenant', message },
    hint: 'claim only what is of this tenant, or change the other document first',
    page: `${LINT_PAGE}#invalid-document`,
  }
}

function differingLines(before: string, after: string): readonly DraftLine[] {
  if (before === after) return []
  const split = (text: string) => (text === '' ? [] : text.replace(/\n$/, '').split('\n'))
  const all = diff(split(before), split(after)).map(([kind, line]) => ({
    kind: kind === 0 ? ('same' as const) : kind > 0 ? ('removed' as const) : ('added' as const),
    text: line,
  }))
  const isNear = all.map((_, at) =>
    all.slice(Math.max(0, at - AROUND), at + AROUND + 1).some(({ kind }) => kind !== 'same'),
  )
  return all.flatMap((line, at): readonly DraftLine[] => {
    if (isNear[at]) return [line]
    // One mark for all lines that are left out.
    return at > 0 && !isNear[at - 1] ? [] : [{ kind: 'gap', text: '' }]
  })
}
