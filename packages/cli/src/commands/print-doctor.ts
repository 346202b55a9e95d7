/** `token-broker doctor`: one line for each check of a broker, and its fix. */
import { isSecureUrl } from '@token-broker/core/loopback'
import { type CheckResult, hasFailed, printChecks } from '../checks/check-result.ts'
import { EXIT, quote, UsageError } from '../cli-error.ts'
import type { CommandCall } from '../command-line/declaration.ts'
import { type BrokerVariables, readEnvironmentFile } from '../doctor/read-environment.ts'
import { runDoctor } from '../doctor/run-doctor.ts'
import { readHostList } from '../documents/present-tokens.ts'
import { readInputFile } from '../documents/read-documents.ts'
import { createPaint, printJson } from '../terminal.ts'

type DoctorCall = CommandCall<
  'env' | 'endpoint' | 'tenants' | 'allow-loopback-http' | 'private-issuer-hosts' | 'format'
>

/** @returns the exit code: 0 no check failed, 3 one failed */
export async function printDoctor(call: DoctorCall): Promise<number> {
  const { terminal, option, isSet } = call
  const results = await runDoctor({
    variables: await readVariables(call),
    endpoint: readEndpointUrl(option('endpoint')),
    tenants: option('tenants'),
    allowLoopback: isSet('allow-loopback-http'),
    privateHosts: readHostList(option('private-issuer-hosts')),
    env: terminal.env,
    now: Date.now,
  })
  if (option('format') === 'json')
    printJson(terminal, { checks: results, ...countStatuses(results) })
  else {
    printChecks(terminal, results, createPaint(terminal.stdout))
    const counts = Object.entries(countStatuses(results)).map(
      ([status, count]) => `${count} ${status}`,
    )
    terminal.print(`${counts.join(', ')}\n`)
  }
  return hasFailed(results) ? EXIT.refused : EXIT.done
}

async function readVariables({
  terminal: { env },
  option,
}: DoctorCall): Promise<BrokerVariables | undefined> {
  const file = option('env')
  if (file !== undefined) return readEnvironmentFile(file, await readInputFile(file))
  if (env.BROKER_ISSUER === undefined) return undefined
  const entries = Object.entries(env).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  )
  return Object.fromEntries(entries)
}

/** @throws {UsageError} */
function readEndpointUrl(text: string | undefined): string | undefined {
  if (text === undefined) return undefined
  const url = URL.parse(text)
  const isBase = url?.pathname === '/' && !url.search && !url.hash && !url.username
  if (url && isBase && (url.protocol === 'https:' || isSecureUrl(url))) return url.origin
  throw new UsageError(
    '--endpoint: expected the URL of the broker without a path, such as https://broker.example, ' +
      `found ${quote(text)}`,
  )
}

function countStatuses(results: readonly CheckResult[]): Readonly<Record<string, number>> {
  const of = (status: CheckResult['status']) =>
    results.filter((result) => result.status === status).length
  return { ok: of('ok'), warning: of('warning'), failed: of('failed'), skipped: of('skipped') }
}
