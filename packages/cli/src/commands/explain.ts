/** `token-broker explain`: what the broker would decide about a token, without a broker or AWS. */
import { EXIT } from '../cli-error.ts'
import type { CommandCall } from '../command-line/declaration.ts'
import { decideToken, type TokenOption } from '../documents/decide-token.ts'
import { decisionFields, decisionText } from '../documents/decision-output.ts'
import { explainOrigin, readOrigin } from '../documents/explain-origin.ts'
import { readDocuments } from '../documents/read-documents.ts'
import { createPaint, printJson } from '../terminal.ts'

type ExplainCall = CommandCall<TokenOption | 'origin' | 'format'>

/** @returns the exit code: 0 would issue, 1 a document is invalid, 3 would refuse */
export async function explainToken(call: ExplainCall): Promise<number> {
  const { terminal, option } = call
  const text = option('origin')
  const origin = text === undefined ? undefined : readOrigin(text)
  const decision = await decideToken(call)
  if (decision === undefined) return EXIT.invalid
  const tenants = origin === undefined ? [] : await readTenants(call)
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

async function readTenants({ option }: ExplainCall) {
  const { documents } = await readDocuments([option('tenants') ?? ''], option('boundaries'))
  return documents.map(({ tenant }) => tenant)
}
