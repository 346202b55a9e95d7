/** A decision as the page shows it: by stages, with what its session may do. */
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
import { decisionFields } from '../documents/decision-output.ts'
import { explainSession } from '../documents/explain-session.ts'
import { readRequest } from '../documents/session-request.ts'
import type { Question } from './decide-input.ts'
import { stagesOf } from './decide-stages.ts'

export function decisionResult(decision: Decision, question?: Question): DecideResult {
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
