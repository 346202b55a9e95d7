/** `token-broker tenant diff`: how a document differs from what the table holds of its tenant. */
import { diff } from 'node:util'
import { compileTenants, formatError } from '@token-broker/core/document'
import { createPaint, UsageError } from '../command.ts'
import { readDocuments } from '../documents.ts'
import { readStoredHead, readStoredVersion } from './read-stored.ts'
import type { TenantCall } from './tenant-call.ts'
import { EXIT_CONFLICT } from './tenant-error.ts'

/** @returns the exit code: 0 no difference, 1 an invalid document, 3 a difference */
export async function diffTenant({
  table,
  terminal,
  operands,
  version,
  asJson,
}: TenantCall): Promise<number> {
  const [document, ...more] = await readDocuments(operands)
  if (!document || more.length > 0) throw new UsageError('name one tenant document')
  const { tenants, errors } = compileTenants([document])
  const [compiled] = tenants
  if (!compiled) {
    terminal.stderr.write(errors.map((error) => `${formatError(error)}\n`).join(''))
    return 1
  }
  const { tenant } = compiled
  const at = version ?? (await readStoredHead(table, tenant))?.version ?? 0
  const source = at === 0 ? undefined : (await readStoredVersion(table, tenant, at)).source
  const stored = source ?? ''
  const lines = stored === document.text ? [] : diff(linesOf(stored), linesOf(document.text))
  if (asJson) {
    const changed = lines.filter(([kind]) => kind !== 0)
    const answer = {
      tenant,
      version: at,
      removed: changed.filter(([kind]) => kind > 0).map(([, line]) => line),
      added: changed.filter(([kind]) => kind < 0).map(([, line]) => line),
    }
    terminal.stdout.write(`${JSON.stringify(answer, undefined, 2)}\n`)
  } else if (lines.length === 0)
    terminal.stdout.write(`${tenant}: no difference from version ${at}\n`)
  else {
    const paint = createPaint(terminal.stdout)
    const shown = lines.map(([kind, line]) => {
      if (kind === 0) return ` ${line}`
      return kind > 0 ? paint('red', `-${line}`) : paint('green', `+${line}`)
    })
    const what =
      at === 0 ? 'nothing stored' : `version ${at}${source === undefined ? ' (removed)' : ''}`
    terminal.stdout.write(
      `${[`--- ${tenant} ${what}`, `+++ ${document.file}`, ...shown].join('\n')}\n`,
    )
  }
  return lines.length === 0 ? 0 : EXIT_CONFLICT
}

function linesOf(text: string): string[] {
  return text === '' ? [] : text.replace(/\n$/, '').split('\n')
}
