/** The documents of a table, as the console reads and writes them. */
import {
  claimsOf,
  type Head,
  headKey,
  NAMES_PARTITION,
  readHead,
  readStoredCandidate,
  type StoredCandidate,
} from '@token-broker/functions/tenant-table'
import { UsageError } from '../../cli-error.ts'
import { checkSizes } from '../../tenant/check-sizes.ts'
import { checkStoredOwnership } from '../../tenant/claim-ownership.ts'
import { type Expectation, readExpectation } from '../../tenant/expectation.ts'
import type { OperatorTable } from '../../tenant/operator-table.ts'
import { dropStored, promoteStored } from '../../tenant/promote-candidate.ts'
import { putDocument } from '../../tenant/put-document.ts'
import { readHistory, readStoredHead, readStoredVersion } from '../../tenant/read-stored.ts'
import type { ConsoleContext } from '../console-context.ts'
import { withConsoleTable } from '../console-table.ts'
import { type ConsoleStore, PAGE_ROWS } from './console-store.ts'

/** Older versions are read with "token-broker tenant history". */
const MAX_VERSIONS = 500

export function tableStore(context: ConsoleContext): ConsoleStore {
  const use = <Result>(run: (table: OperatorTable) => Promise<Result>) =>
    withConsoleTable(context, run)
  return {
    list: (search, after) => use((table) => listStored(table, search, after)),
    open: (name) => use((table) => openStored(table, name)),
    fileOf: (name) => name,
    checkOwnership: (name, { tenant, text }) =>
      use(async (table) => {
        const head = await readStoredHead(table, name)
        checkSizes(tenant, text, head?.candidateJson)
        await checkStoredOwnership(table, claimsOf(tenant), head)
      }),
    save: (_, document, expect) =>
      use(async (table) => {
        const put = await putDocument(table, document, expectationOf(expect))
        return { ...put, expect: String(put.version) }
      }),
    promote: (name, { expect, candidate }) =>
      use(async (table) => {
        const number = candidateNumberOf(candidate)
        const seen = { expected: expectationOf(expect), number }
        const { version, errors } = await promoteStored(table, name, seen)
        if (version === undefined)
          throw new UsageError(
            `the candidate is no longer valid: ${errors.map(({ message }) => message).join('; ')}`,
          )
        return { version, expect: String(version), isUnchanged: false }
      }),
    drop: (name, { candidate }) =>
      use(async (table) => void (await dropStored(table, name, candidateNumberOf(candidate)))),
  }
}

async function listStored(table: OperatorTable, search: string, after: number) {
  const wanted = search.toLowerCase()
  const names = (await table.query(NAMES_PARTITION))
    .flatMap(({ sk }) => sk?.S ?? [])
    .filter((name) => name.includes(wanted))
  const shown = names.slice(after, after + PAGE_ROWS)
  const heads = new Map<string, Head>()
  for (const item of await table.getAll(shown.map(headKey))) {
    const name = item.pk?.S?.replace(/^tenant#/, '') ?? ''
    heads.set(name, readHead(item, name))
  }
  const rows = shown.map((name) => {
    const head = heads.get(name)
    // A name without a head: a writer stopped before its first version took effect.
    if (!head) return { name, at: '' }
    const state = head.compiledJson === undefined ? ('removed' as const) : ('live' as const)
    return { name, version: head.version, state, at: head.at, by: head.by }
  })
  return { rows, total: names.length }
}

async function openStored(table: OperatorTable, name: string) {
  const place = { source: 'table', name } as const
  const head = await readStoredHead(table, name)
  if (!head) return { ...place, text: '', expect: '0', state: 'new', history: [] } as const
  const { version } = head
  const { source } = await readStoredVersion(table, name, version)
  const history = (await readHistory(table, name))
    .slice(0, MAX_VERSIONS)
    .map(({ version: number, action, applied, at, by }) => ({
      ...{ version: number, action, applied, at, by },
    }))
  const state = source === undefined ? ('removed' as const) : ('live' as const)
  const opened = { ...place, text: source ?? '', expect: String(version), version, state, history }
  const candidate = readStoredCandidate(head, name)
  return candidate === undefined ? opened : { ...opened, candidate: describeCandidate(candidate) }

  function describeCandidate({ source: text, besideVersion, at, by }: StoredCandidate) {
    const origin = `put beside version ${besideVersion}, ${at}, ${by}`
    return { text, origin, expect: String(head?.candidateNumber) }
  }
}

/** The console never replaces a version that the operator has not seen. */
function expectationOf(expect: string): Expectation {
  if (expect === 'latest') throw new UsageError('expect: expected a version, found "latest"')
  return readExpectation(expect)
}

function candidateNumberOf(candidate: string): number {
  if (/^[1-9]\d{0,9}$/.test(candidate)) return Number(candidate)
  throw new UsageError('candidate: expected the number of a candidate; reload the page')
}
