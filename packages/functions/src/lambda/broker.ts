/** Root of the `broker` function: every credential endpoint and the issuer's documents. */
import { randomUUID } from 'node:crypto'
import path from 'node:path'
import middy from '@middy/core'
import { warmUpExpressions } from '@token-broker/core'
import type { APIGatewayProxyResult } from 'aws-lambda'
import { composeBroker, composeUnconfiguredBroker, type RuntimePorts } from '../compose-broker.ts'
import { type Environment, readConfiguration } from '../configuration/broker-configuration.ts'
import type { App } from '../http.ts'
import { serveApiGateway } from './api-gateway.ts'

/**
 * The app for an environment, for shells other than Lambda's.
 * @throws {BrokerError} `config_invalid`
 */
export function createBroker(environment: Environment): App {
  const defaultTenantsFile = path.join(import.meta.dirname, 'tenants.jsonl')
  return composeBroker(readConfiguration(environment, defaultTenantsFile), runtimePorts())
}

/** A function, so that the streams are opened when the broker starts, not when the file loads. */
function runtimePorts(): RuntimePorts {
  return {
    now: Date.now,
    // Not `performance`, which a start would load only for this.
    monotonicNs: process.hrtime.bigint,
    newId: randomUUID,
    auditStream: process.stdout,
    errorStream: process.stderr,
  }
}

function start(): App {
  try {
    return createBroker(process.env)
  } catch (error) {
    return composeUnconfiguredBroker(error, runtimePorts())
  }
}

/** Outside Lambda, this file may be loaded for {@link createBroker} alone. */
function startAtFirstRequest(): App {
  let started: App | undefined
  return (request) => {
    started ??= start()
    return started(request)
  }
}

// In Lambda the start belongs to the init phase, which has a full processor to itself.
const isLambda = Boolean(process.env.AWS_LAMBDA_FUNCTION_NAME)
const app = isLambda ? start() : startAtFirstRequest()
if (isLambda) warmUpExpressions()

export const handler = middy<unknown, APIGatewayProxyResult>().handler(serveApiGateway(app))
