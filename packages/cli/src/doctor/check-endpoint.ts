/** A running broker: whether it responds, is ready, and publishes what AWS needs. */
import { isObject } from '@token-broker/core/strict-json'
import { type CheckResult, failed, ok, skipped } from '../checks/check-result.ts'
import { checkTls } from '../checks/connection-checks.ts'
import { type Probe, type ProbeOptions, probeUrl } from '../checks/probe-url.ts'
import type { IssuerReport } from '../issuer-check/check-issuer.ts'

export interface CheckedEndpoint {
  readonly results: readonly CheckResult[]
  readonly probe: Probe
}

export async function checkEndpoint(
  endpoint: string,
  options: ProbeOptions,
): Promise<CheckedEndpoint> {
  const check = 'endpoint'
  const probe = await probeUrl(new URL('/healthz', endpoint), options)
  const { url, response, problem, milliseconds } = probe
  const tls = checkTls(probe, options.now())
  const connection = url.protocol === 'https:' ? [{ ...tls, check: `${check}: TLS` }] : []
  if (response === undefined)
    return {
      probe,
      results: [
        failed(check, `${url.href} ${problem}`, 'check the URL, the network, and the deployment'),
        ...connection,
        skipped('readiness', 'the broker does not respond'),
      ],
    }
  const { status, body } = response
  const isBroker = status === 200 && body.trim() === 'ok'
  const alive = isBroker
    ? ok(check, `${url.href} responds in ${milliseconds} ms`)
    : failed(
        check,
        `${url.href} responds with status ${status}, and not as a broker does`,
        'check the URL: it is that of the broker, without a path',
      )
  const readiness = isBroker
    ? await checkReadiness(endpoint, options)
    : [skipped('readiness', 'there is no broker')]
  return { probe, results: [alive, ...connection, ...readiness] }
}

async function checkReadiness(endpoint: string, options: ProbeOptions): Promise<CheckResult[]> {
  const check = 'readiness'
  const { response } = await probeUrl(new URL('/healthz?ready', endpoint), options)
  const report = readJson(response?.body)
  if (response?.status === 200 && report?.ready === true)
    return [ok(check, 'the broker can issue credentials')]
  const problems = Array.isArray(report?.problems) ? report.problems.filter(isObject) : []
  if (problems.length === 0)
    return [
      failed(
        check,
        `the broker does not report its readiness (status ${response?.status ?? 'none'})`,
        'read the first line of its log; brokers before 0.2 do not report it',
      ),
    ]
  return problems.map(({ code, problem, fix }) =>
    failed(check, `${problem} (${code})`, typeof fix === 'string' ? fix : 'read its log'),
  )
}

function readJson(body: string | undefined): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(body ?? '')
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

/**
 * One line where everything is right, else those of what is not.
 * @param name of the issuer in the report
 */
export function condenseReport(name: string, { issuer, results, keys }: IssuerReport) {
  const problems = results.filter(({ status }) => status === 'failed' || status === 'warning')
  // The broker's own words about what another check explains.
  const shown =
    problems.length > 1 ? problems.filter(({ check }) => check !== 'the broker') : problems
  const inOrder = shown.map(
    (result): CheckResult => ({ ...result, check: `${name}: ${result.check}` }),
  )
  if (problems.some(({ status }) => status === 'failed')) return inOrder
  const count = keys?.length ?? 0
  return [ok(name, `${issuer}: ${count} ${count === 1 ? 'key' : 'keys'}`), ...inOrder]
}

/** AWS refuses each token of a key that is not published. */
export function checkPublishedKey(
  keyId: string | undefined,
  { keys }: IssuerReport,
): readonly CheckResult[] {
  const check = 'published key'
  if (keyId === undefined) return [skipped(check, 'the key that signs is not known')]
  if (keys === undefined) return [skipped(check, 'the keys of the issuer cannot be read')]
  const published = keys.map(({ kid }) => kid ?? 'a key without kid').join(', ') || 'none'
  return keys.some(({ kid }) => kid === keyId)
    ? [ok(check, `${keyId} is published`)]
    : [
        failed(
          check,
          `the broker signs with ${keyId}, and its issuer publishes ${published}`,
          'deploy broker and issuer with the same key, or check that the issuer URL is this broker',
        ),
      ]
}
