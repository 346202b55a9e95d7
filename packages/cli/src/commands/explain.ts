/** `token-broker explain`: what the broker would decide about a token, without a broker or AWS. */
import { dirname, resolve } from 'node:path'
import { isDocumentFile } from '@token-broker/core/document'
import { EXIT, UsageError } from '../cli-error.ts'
import type { CommandCall } from '../command-line/declaration.ts'
import { repeatOnChange } from '../command-line/repeat-on-change.ts'
import { decideToken, type TokenOption } from '../documents/decide-token.ts'
import { readDecidingTenants } from '../documents/deciding-tenants.ts'
import { decisionFields, decisionText } from '../documents/decision-output.ts'
import { explainOrigin, readOrigin } from '../documents/explain-origin.ts'
import { isDirectory } from '../documents/is-directory.ts'
import { isObjectText } from '../session/json-option.ts'
import { createPaint, printJson } from '../terminal.ts'
import type { RecordOption } from './explain-record.ts'

type ExplainCall = CommandCall<TokenOption | RecordOption | 'origin' | 'watch'>

/** Options whose value is a file, unless it is JSON. */
const FILE_OPTIONS = ['token', 'claims', 'actor-token', 'actor-claims', 'policy'] as const

/** @returns the exit code: 0 would issue, 1 a document is invalid, 3 would refuse */
export async function explainToken(call: ExplainCall): Promise<number> {
  if (call.option('request-id') !== undefined) {
    refuseBesideRecord(call)
    return (await import('./explain-record.ts')).explainRecord(call)
  }
  if (call.optionValues('records').length > 0 || call.option('log-group') !== undefined)
    throw new UsageError('expected --request-id ID with --records or --log-group')
  if (call.isSet('watch')) return explainRepeatedly(call)
  return explainOnce(call)
}

/** What a recorded request has itself. */
const OF_REQUEST = [
  ...(['token', 'claims', 'actor-token', 'actor-claims', 'tenant', 'issuer', 'grant'] as const),
  ...(['duration', 'statements', 'policy', 'endpoint', 'ip', 'now', 'pool', 'origin'] as const),
]

function refuseBesideRecord({ option, isSet }: ExplainCall): void {
  const found = OF_REQUEST.find((name) => option(name) !== undefined)
  if (found === undefined && !isSet('watch')) return
  throw new UsageError(
    `--${found ?? 'watch'}: expected nothing of the request beside --request-id, whose record ` +
      'has it; remove one of the two',
  )
}

async function explainOnce(call: ExplainCall): Promise<number> {
  const { terminal, option } = call
  const text = option('origin')
  const origin = text === undefined ? undefined : readOrigin(text)
  const decision = await decideToken(call)
  if (decision === undefined) return EXIT.invalid
  const tenants = origin === undefined ? [] : ((await readDecidingTenants(call)) ?? [])
  const page = origin === undefined ? undefined : explainOrigin(origin, decision, tenants)
  if (option('format') === 'json')
    printJson(terminal, { ...decisionFields(decision), origin: page })
  else {
    const paint = createPaint(terminal.stdout)
    terminal.print(`${decisionText(decision, paint)}\n`)
    const verdict = page?.allowed ? paint('green', 'may read') : paint('red', 'may not read')
    if (page) terminal.print(`pages of ${page.origin} ${verdict} the response: ${page.reason}\n`)
  }
  return decision.refusal ? EXIT.refused : EXIT.done
}

/** @throws {UsageError} there is nothing to watch, or the first explanation fails */
async function explainRepeatedly(call: ExplainCall): Promise<never> {
  const { terminal, option } = call
  const files = FILE_OPTIONS.flatMap((name) => {
    const value = option(name)
    return value === undefined || isObjectText(value) ? [] : [resolve(value)]
  })
  if (option('token') === undefined && option('claims') === undefined && !option('pool'))
    throw new UsageError(
      '--watch: expected --token FILE or --claims, found a token on standard input, which cannot ' +
        'be read again',
    )
  const documents = option('tenants')
  const folder = documents !== undefined && isDirectory(documents) ? resolve(documents) : undefined
  if (documents !== undefined && folder === undefined) files.push(resolve(documents))
  if (folder === undefined && files.length === 0)
    throw new UsageError('--watch: expected a file of documents, of a token or of claims')
  const explain = async () => {
    await explainOnce(call)
  }
  const folders = [...files.map((file) => dirname(file)), ...(folder ? [folder] : [])]
  const isInput = (file: string) =>
    files.includes(file) || (dirname(file) === folder && isDocumentFile(file))
  return repeatOnChange(terminal, folders, isInput, explain, explain)
}
