/** `token-broker explain`: what the broker would decide about a token, without a broker or AWS. */
import { EXIT } from '../cli-error.ts'
import type { CommandCall } from '../command-line/declaration.ts'
import { decideToken, type TokenOption } from '../documents/decide-token.ts'
import { decisionFields, decisionText } from '../documents/decision-output.ts'
import { createPaint, printJson } from '../terminal.ts'

/** @returns the exit code: 0 would issue, 1 a document is invalid, 3 would refuse */
export async function explainToken(call: CommandCall<TokenOption | 'format'>): Promise<number> {
  const { terminal, option } = call
  const decision = await decideToken(call)
  if (decision === undefined) return EXIT.invalid
  if (option('format') === 'json') printJson(terminal, decisionFields(decision))
  else terminal.print(`${decisionText(decision, createPaint(terminal.stdout))}\n`)
  return decision.refusal ? EXIT.refused : EXIT.done
}
