/** `token-broker can`: whether the session of a token's owner could do one thing, and why. */
import { EXIT } from '../cli-error.ts'
import type { CommandCall } from '../command-line/declaration.ts'
import { decideToken, type TokenOption } from '../documents/decide-token.ts'
import { explainSession } from '../documents/explain-session.ts'
import { permissionFields, permissionText } from '../documents/permission-output.ts'
import { readRequest } from '../documents/session-request.ts'
import { createPaint, printJson } from '../terminal.ts'

/**
 * @returns the exit code: 0 allowed, 1 a document or the request is invalid, 3 denied, or the
 *   broker would refuse the token, 5 it depends on what is not known
 */
export async function checkPermission(
  call: CommandCall<TokenOption | 'context' | 'absent' | 'format'>,
): Promise<number> {
  const { terminal, operands, option, optionValues } = call
  const readFor = readRequest(operands, optionValues('context'), optionValues('absent'))
  const decision = await decideToken(call)
  if (decision === undefined) return EXIT.invalid
  const { refusal, plan } = decision
  const explanation = plan && explainSession(plan, readFor(plan))
  const result = { decision, explanation }
  if (option('format') === 'json') printJson(terminal, permissionFields(result))
  else terminal.print(`${permissionText(result, createPaint(terminal.stdout))}\n`)
  if (refusal || explanation === undefined) return EXIT.refused
  const { verdict } = explanation.verdict
  return verdict === 'allowed' ? EXIT.done : verdict === 'denied' ? EXIT.refused : EXIT.undecided
}
