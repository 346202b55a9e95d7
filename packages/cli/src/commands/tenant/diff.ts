/** `token-broker tenant diff`: how a document differs from the one in the table. */
import { diff } from 'node:util'
import { EXIT, UsageError } from '../../cli-error.ts'
import type { CommandCall } from '../../command-line/declaration.ts'
import {
  type CompiledDocument,
  printDocumentErrors,
  readDocuments,
} from '../../documents/read-documents.ts'
import { readStoredHead, readStoredVersion } from '../../tenant/read-stored.ts'
import { createPaint, printJson, type Terminal } from '../../terminal.ts'
import type { TableOption } from './table-options.ts'
import { readVersionNumber, withTable } from './with-table.ts'

/** @returns the exit code: 0 no difference, 1 an invalid document, 3 a difference */
export async function diffTenant(
  call: CommandCall<TableOption | 'version' | 'format'>,
): Promise<number> {
  const { terminal } = call
  const wanted = readVersionNumber(call.option('version'))
  const { documents, errors, files } = await readDocuments(call.operands)
  if (errors.length > 0) {
    printDocumentErrors(terminal, errors, files)
    return EXIT.invalid
  }
  const [document, ...more] = documents
  if (!document || more.length > 0)
    throw new UsageError(`expected one tenant document, found ${documents.length}`)
  const { tenant } = document.tenant
  return withTable(call, async (table) => {
    const version = wanted ?? (await readStoredHead(table, tenant))?.version ?? 0
    const source =
      version === 0 ? undefined : (await readStoredVersion(table, tenant, version)).source
    const stored = source ?? ''
    const changes = stored === document.text ? [] : diff(linesOf(stored), linesOf(document.text))
    if (call.option('format') === 'json') {
      const linesWhere = (isWanted: (kind: number) => boolean) =>
        changes.filter(([kind]) => isWanted(kind)).map(([, line]) => line)
      const removed = linesWhere((kind) => kind > 0)
      printJson(terminal, { tenant, version, removed, added: linesWhere((kind) => kind < 0) })
    } else if (changes.length === 0)
      terminal.print(`${tenant}: no difference from version ${version}\n`)
    else printDiff(terminal, document, { version, isRemoved: source === undefined }, changes)
    return changes.length === 0 ? EXIT.done : EXIT.conflict
  })
}

function printDiff(
  { stdout, print }: Terminal,
  { file, tenant: { tenant } }: CompiledDocument,
  { version, isRemoved }: { readonly version: number; readonly isRemoved: boolean },
  changes: ReturnType<typeof diff>,
): void {
  const paint = createPaint(stdout)
  const stored =
    version === 0 ? 'nothing stored' : `version ${version}${isRemoved ? ' (removed)' : ''}`
  const lines = changes.map(([kind, line]) => {
    if (kind === 0) return ` ${line}`
    return kind > 0 ? paint('red', `-${line}`) : paint('green', `+${line}`)
  })
  print(`${[`--- ${tenant} ${stored}`, `+++ ${file}`, ...lines].join('\n')}\n`)
}

function linesOf(text: string): string[] {
  return text === '' ? [] : text.replace(/\n$/, '').split('\n')
}
