/** The example of a change of documents, in words. */
import type { Change } from '@token-broker/core/document'

/** @returns a request that only one of the versions allows; undefined where there is none */
export function changeExample({ request }: Change): string | undefined {
  if (request === undefined) return undefined
  const conditions = Object.entries(request.context).map(
    ([key, values]) => `${key} = ${values.map((value) => JSON.stringify(value)).join(', ')}`,
  )
  const where = conditions.length === 0 ? '' : `, where ${conditions.join(' and ')}`
  return `${request.action} on ${request.resource}${where}`
}
