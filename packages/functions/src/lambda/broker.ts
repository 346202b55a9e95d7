/** Root of the `broker` function: every credential endpoint and the issuer's documents. */
import { randomUUID } from 'node:crypto'
import path from 'node:path'
import middy from '@middy/core'
import { warmUpExpressions } from '@token-broker/core'
import type { APIGatewayProxyResult } from 'aws-lambda'
import {
  composeBroker,
  composeUnconfiguredBroker,
  type RuntimePorts,
  startFailureOf,
} from '../compose-broker.ts'
import { type Environment, readConfiguration } from '../configuration/broker-configuration.ts'
import { recordReads } from '../configuration/recorded-environment.ts'
import type { App } from '../http.ts'
import type { StartReport } from '../start-report.ts'
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

/** A broker without mistakes in its settings loads nothing for the report. */
function start(): App {
  const { environment, findUnread } = recordReads(process.env)
  const ports = runtimePorts()
  try {
    const app = createBroker(environment)
    const unread = findUnread()
    if (unread.length > 0) void reportStart({ failure: undefined, unread }, ports)
    return app
  } catch (error) {
    const failure = startFailureOf(error)
    const reported = reportStart({ failure, unread: findUnread() }, ports)
    const app = composeUnconfiguredBroker(failure, ports)
    // The reason is the first line of the log, before that of any request.
    return (request) => reported.then(() => app(request))
  }
}

async function reportStart(report: StartReport, ports: RuntimePorts): Promise<void> {
  const { startLine } = await import('../start-report.ts')
  const line = startLine(report, ports.now())
  if (line !== undefined) ports.auditStream.write(line)
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
