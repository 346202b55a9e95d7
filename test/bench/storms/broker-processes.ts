/** Starts processes of the built broker, and reads their audit records. */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { createInterface } from 'node:readline'
import type { AuditRecord } from '@token-broker/core'
import { messageOf } from '../harness/processes.ts'
import type { WorkerMessage, WorkerReport } from './broker-worker.ts'

export interface BrokerWorker {
  readonly url: string
  /** What it logged, in order. */
  readonly records: readonly AuditRecord[]
  readonly logBytes: () => number
  setAhead(ms: number): Promise<void>
  report(): Promise<WorkerReport>
  /** Resolves when the whole log has been read. */
  close(): Promise<void>
}

const BUNDLE = path.resolve(import.meta.dirname, '../../../dist/broker/index.mjs')

/** @param environment settings of the broker; needs the built bundle */
export async function startBrokerWorker(
  environment: Readonly<Record<string, string>>,
): Promise<BrokerWorker> {
  const child = fork(path.join(import.meta.dirname, 'broker-worker.ts'), {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    env: {
      ...{ PATH: process.env.PATH, NODE_ENV: 'production', STORM_BUNDLE: BUNDLE },
      ...{ AWS_REGION: 'eu-west-1', AWS_LAMBDA_FUNCTION_NAME: 'storm', BROKER_LOCAL: '1' },
      BROKER_ISSUER: 'https://broker.example',
      BROKER_SESSION_NAME_KEY: 'a key of 32 characters for tests',
      ...environment,
    },
  })
  const records: AuditRecord[] = []
  let logBytes = 0
  const log = createInterface(child.stdout as NodeJS.ReadableStream).on('line', (line) => {
    logBytes += line.length + 1
    const record = line.startsWith('{') ? JSON.parse(line) : undefined
    if (record?.requestId !== undefined) records.push(record)
  })
  const logEnded = once(log, 'close')
  const url = await messageOf<string>(child)
  const ask = async (message: WorkerMessage) => {
    const report = messageOf<WorkerReport>(child)
    child.send(message)
    return report
  }
  return {
    ...{ url, records, logBytes: () => logBytes },
    setAhead: async (aheadMs) => void (await ask({ aheadMs })),
    report: () => ask({ report: true }),
    close: () => endWorker(child, logEnded),
  }
}

async function endWorker(child: ChildProcess, logEnded: Promise<unknown>): Promise<void> {
  if (child.connected) child.disconnect()
  await logEnded
}
