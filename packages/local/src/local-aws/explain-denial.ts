/** Says in one line why a policy denies a request, in the words of `token-broker can`. */
import type { AwsRequest, RequestExplanation } from '@token-broker/core/explain-request'
import {
  changeTexts,
  decidesAlone,
  expectedBy,
  partName,
  statementName,
  verdictText,
} from '@token-broker/core/explanation-words'

const MAX_CHARACTERS = 1000
/** Of one value that the policy or the request has. */
const MAX_VALUE_CHARACTERS = 200

/**
 * @param layer and what else is known about it
 * @returns printable ASCII, at most 1,000 characters
 */
export function explainDenial(
  layer: string,
  explanation: RequestExplanation,
  request: AwsRequest,
  notes: readonly string[],
): string {
  const { verdict, nearest, change } = explanation
  const unsupported = verdict.verdict === 'unknown' ? verdict.missing : []
  const sentences = [
    `${layer}: ${verdictText(explanation)}`,
    ...unsupported.map((key) => `condition key ${key} is not supported here`),
    ...(nearest && !decidesAlone(explanation)
      ? [`closest: ${statementName(nearest)}`, ...failedParts(nearest, request)]
      : []),
    ...notes,
    ...(change ? [`allowed with ${changeTexts(change).map(shortened).join(', ')}`] : []),
  ]
  return shorten(printable(sentences.join('; ')), MAX_CHARACTERS)
}

type Nearest = NonNullable<RequestExplanation['nearest']>

function failedParts(nearest: Nearest, { action, resource, context }: AwsRequest): string[] {
  return nearest.parts.flatMap((part) => {
    if (part.matches !== false) return []
    const key = part.part === 'condition' ? part.condition.key : ''
    const values = part.part === 'condition' ? (context.get(key.toLowerCase()) ?? []) : []
    const found =
      part.part === 'action' ? action : part.part === 'resource' ? resource : values.join(', ')
    return [
      `${partName(part)}${key && ` ${key}`}: expected ${shortened(expectedBy(part, nearest))}, ` +
        `found ${shortened(found) || 'nothing'}`,
    ]
  })
}

function shortened(text: string): string {
  return shorten(text, MAX_VALUE_CHARACTERS)
}

function shorten(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 3)}...`
}

/** A key of an object is the caller's own text: it must not end a header or add a line to a log. */
function printable(text: string): string {
  return text.replaceAll(
    /[^\x20-\x7e]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
