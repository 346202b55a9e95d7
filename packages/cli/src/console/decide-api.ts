/** The console's API for decisions: what the broker would decide, and what its session may do. */
import type { DecideResult, ShownPermission } from '@token-broker/console/wire'
import type { Decision } from '@token-broker/core'
import {
  changeTexts,
  decidesAlone,
  expectedBy,
  partName,
  statementName,
  verdictText,
} from '@token-broker/core/explanation-words'
import { UsageError } from '../cli-error.ts'
import { decideAmong } from '../documents/decide-token.ts'
import { decisionFields } from '../documents/decision-output.ts'
import { explainSession } from '../documents/explain-session.ts'
import { readRequest } from '../documents/session-request.ts'
import { memberCount, memberText, readMembers } from './api-input.ts'
import type { ConsoleCall, ConsoleContext } from './console-context.ts'
import { type Question, readDecideForm, readQuestion } from './decide-input.ts'
import { stagesOf } from './decide-stages.ts'
import { decidingDocuments } from './deciding-documents.ts'
import { runListedTests } from './tests-api.ts'

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
  return resultOf(decision, question)
}

async function decideRuleTest(
  input: unknown,
  question: Question | undefined,
  context: ConsoleContext,
): Promise<DecideResult> {
  const members = readMembers(input, ['file', 'line'], 'test')
  const file = memberText(members, 'file') ?? ''
  const line = memberCount(members, 'line')
  const [result] = await runListedTests([file], context, line)
  const [run] = result?.results ?? []
  if (run === undefined)
    throw new UsageError(
      `${file}: expected a test in line ${line}, found none; the file has changed, or it or its ` +
        'documents are invalid; see Tests',
    )
  const { test, decision, mismatches } = run
  return { ...resultOf(decision, question), test: { name: test.name, mismatches } }
}

function resultOf(decision: Decision, question: Question | undefined): DecideResult {
  const { trace: _trace, ...fields } = decisionFields(decision)
  return {
    ...fields,
    candidate: fields.candidate && withoutTrace(fields.candidate),
    stages: stagesOf(decision),
    ...(question ? { permission: permissionOf(decision, question) } : {}),
  }
}

type ShownCandidate = NonNullable<ReturnType<typeof decisionFields>['candidate']>

function withoutTrace({ trace: _trace, ...candidate }: ShownCandidate) {
  return candidate
}

function permissionOf(
  decision: Decision,
  { operands, context, absent }: Question,
): ShownPermission {
  const readFor = readRequest(operands, context, absent)
  const { plan } = decision
  if (plan === undefined)
    return {
      verdict: 'refused',
      words: 'no session: the broker would refuse',
      missing: [],
      changes: [],
    }
  const explanation = explainSession(plan, readFor(plan))
  const { verdict, nearest, change } = explanation
  return {
    verdict: verdict.verdict,
    words: verdictText(explanation),
    statement: nearest && {
      name: statementName(nearest),
      decides: decidesAlone(explanation),
      parts: nearest.parts.map((part) => ({
        name: part.part === 'condition' ? `${partName(part)} ${part.condition.key}` : part.part,
        expected: expectedBy(part, nearest),
        matches: part.matches ?? null,
      })),
    },
    missing: verdict.verdict === 'unknown' ? verdict.missing : [],
    changes: change ? changeTexts(change) : [],
  }
}
