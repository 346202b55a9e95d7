/** The refusal for an event that is not an HTTP request: it says what has invoked the function. */
import { BrokerError, isObject } from '@token-broker/core'

/** Names of services and of members; anything else of an event could be a secret. */
const NAME = /^[\w .:-]{1,64}$/
const MAX_NAMES = 8

export function refuseEvent(event: unknown): BrokerError {
  return new BrokerError(
    'config_invalid',
    'The event is not an HTTP request: expected one of an HTTP API, a REST API or a function ' +
      `URL, found ${kindOf(event)}; remove what invokes the function with it.`,
  )
}

function kindOf(event: unknown): string {
  if (!isObject(event)) return Array.isArray(event) ? 'a list' : `JSON of the type ${typeof event}`
  const { source, requestContext, Records, type } = event
  if (type !== undefined) return `an event of the type ${nameOf(type)}, such as of an authorizer`
  if (isObject(requestContext)) {
    if ('elb' in requestContext) return 'a request of an Application Load Balancer'
    if ('connectionId' in requestContext) return 'an event of a WebSocket API'
  }
  if ('detail-type' in event)
    return `an event of EventBridge: ${nameOf(event['detail-type'])} of ${nameOf(source)}`
  const record: unknown = Array.isArray(Records) ? Records[0] : undefined
  if (isObject(record)) return `records of ${nameOf(record.eventSource ?? record.EventSource)}`
  const names = Object.keys(event).slice(0, MAX_NAMES).map(nameOf)
  return names.length === 0 ? 'an empty object' : `an object with ${names.join(', ')}`
}

function nameOf(value: unknown): string {
  return typeof value === 'string' && NAME.test(value) ? value : '(unnamed)'
}
