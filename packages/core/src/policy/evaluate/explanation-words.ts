/** The words for an explanation, wherever one is shown: the command line and the local AWS. */

import type { StatementPart } from './evaluate-statement.ts'
import type { NearestStatement, RequestExplanation } from './explain-request.ts'
import type { RequestChange } from './smallest-change.ts'

/** Whether one statement decides, rather than several, none, or what is not known. */
export function decidesAlone({ verdict }: RequestExplanation): boolean {
  return verdict.verdict !== 'unknown' && verdict.statement !== undefined
}

export function verdictText(explanation: RequestExplanation): string {
  const { verdict, nearest } = explanation
  const name = nearest ? statementName(nearest) : ''
  const isOne = decidesAlone(explanation)
  switch (verdict.verdict) {
    case 'allowed':
      return isOne ? `allowed by ${name}` : 'allowed, by several statements together'
    case 'denied':
      return isOne ? `denied by ${name}` : 'denied: no statement allows it'
    default:
      return 'unknown: it depends on the request'
  }
}

/** By its `Sid`, or by its position, counted from 1. */
export function statementName({ statement: { Sid }, index }: NearestStatement): string {
  return Sid === undefined ? `statement ${index + 1}` : `statement ${Sid}`
}

/** `action`, `resource`, or the operator of the condition. */
export function partName(part: StatementPart): string {
  return part.part === 'condition' ? part.condition.operatorName : part.part
}

/** What the statement says in this part, as it is written. */
export function expectedBy(part: StatementPart, { statement }: NearestStatement): string {
  if (part.part === 'condition') return part.condition.values.join(', ')
  const { Action, NotAction, Resource, NotResource } = statement
  const [own, others] = part.part === 'action' ? [Action, NotAction] : [Resource, NotResource]
  return own === undefined ? `anything but ${[others].flat().join(', ')}` : [own].flat().join(', ')
}

/** What to change in the request, one text for each part, in options of `token-broker can`. */
export function changeTexts({ action, resource, context }: RequestChange): string[] {
  return [
    ...(action === undefined ? [] : [`action ${action}`]),
    ...(resource === undefined ? [] : [`resource ${resource}`]),
    ...contextTexts(context),
  ]
}

export function contextTexts(context: RequestChange['context']): string[] {
  return [...context].map(([key, values]) =>
    values.length === 0
      ? `--absent ${key}`
      : values.map((value) => `--context ${key}=${value}`).join(' '),
  )
}
