/** The console's API for decisions: what the broker would decide, and what its session may do. */
import type { DecideResult } from '@token-broker/console/wire'
import { UsageError } from '../cli-error.ts'
import { decideAmong } from '../documents/decide-token.ts'
import { memberCount, memberText, readMembers } from './call-input.ts'
import type { ConsoleCall, ConsoleContext } from './console-context.ts'
import { type Question, readDecideForm, readQuestion } from './decide-input.ts'
import { decidingDocuments } from './deciding-documents.ts'
import { decisionResult } from './decision-result.ts'
import { runListedTest } from './tests-api.ts'

/**
 * @param input `{ request }` or `{ test: { file, line } }`, and `question`
 * @throws {UsageError} what the page has to show beside the form
 */
export const decideRequest: ConsoleCall<DecideResult> = async (input, context) => {
  const members = readMembers(input, ['request', 'test', 'question'])
  const question = readQuestion(members.question)
  if (members.test !== undefined) return decideRuleTest(members.test, question, context)
  const call = readDecideForm(members.request, context)
  const decision = await decideAmong(call, () => decidingDocuments(context))
  if (decision === undefined) throw new UsageError('no tenant document can be used')
  return decisionResult(decision, question)
}

async function decideRuleTest(
  input: unknown,
  question: Question | undefined,
  context: ConsoleContext,
): Promise<DecideResult> {
  const members = readMembers(input, ['file', 'line'], 'test')
  const file = memberText(members, 'file') ?? ''
  const line = memberCount(members, 'line')
  const [run] = (await runListedTest(file, line, context)).results
  if (run === undefined)
    throw new UsageError(
      `${file}: expected a test in line ${line}, found none; the file has changed, or it or its ` +
        'documents are invalid; see Tests',
    )
  const { test, decision, mismatches } = run
  return { ...decisionResult(decision, question), test: { name: test.name, mismatches } }
}
