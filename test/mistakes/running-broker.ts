/** The local runtime as a process: what it responds, records and logs for each request. */
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { compileTenants } from '@token-broker/core/document'
import { providerName } from '@token-broker/core/trust-policy'
import { type Roles, rolesForTenants } from '../../packages/local/src/local-sts/roles.ts'
import { findFreePort } from '../fixtures/free-port.ts'
import { spawnTied } from '../fixtures/spawn-tied.ts'
import type { SentRequest } from './request-mistake.ts'

const MAIN = path.join(import.meta.dirname, '../../packages/local/src/main.ts')

export interface RunningBroker {
  readonly url: string
  /** Folder of its tenant documents. */
  readonly tenants: string
  /** The trust policies of its roles, by ARN. */
  readonly trustPolicies: Readonly<Record<string, unknown>>
  /** What the caller gets, and what the operator reads of this request. */
  send(request: SentRequest): Promise<{ readonly response: string; readonly record: string }>
  close(): Promise<void>
}

/** @param provider the name of the broker's identity provider in IAM */
export type ChangeRoles = (roles: Roles, provider: string) => Roles

/**
 * Needs the built bundle.
 * @param folder for its files
 * @param changeRoles what the roles are, where they are not those that the documents need
 */
export async function startRunningBroker(
  folder: string,
  documents: Readonly<Record<string, string>>,
  changeRoles: ChangeRoles,
): Promise<RunningBroker> {
  const tenants = path.join(folder, 'tenants')
  mkdirSync(tenants)
  for (const [name, text] of Object.entries(documents))
    writeFileSync(path.join(tenants, name), text)
  const port = await findFreePort()
  const url = `http://127.0.0.1:${port}`
  const rolesFile = path.join(folder, 'roles.json')
  const roles = rolesOf(documents, url, changeRoles)
  writeFileSync(rolesFile, JSON.stringify(roles))
  const lines: string[] = []
  const { stdout, ended, end } = spawnTied(
    '/bin/sh',
    // The log of other parts is on standard error.
    [
      '-c',
      'exec "$0" "$@" 2>&1',
      process.execPath,
      MAIN,
      '--no-idp',
      '--no-aws',
      ...['--port', `${port}`, '--sts-port', '0', '--tenants', tenants, '--roles', rolesFile],
    ],
    { env: { PATH: process.env.PATH, BROKER_SECRET_DEMO_POOL: 'k'.repeat(64) } },
  )
  const ready = new Promise<void>((resolve) => {
    createInterface(stdout).on('line', (line) => {
      if (line === 'ready') resolve()
      else lines.push(line)
    })
  })
  await Promise.race([ready, ended]).catch((error) => {
    throw new Error(lines.join('\n'), { cause: error })
  })
  return {
    url,
    tenants,
    trustPolicies: Object.fromEntries(
      Object.entries(roles).map(([arn, { trustPolicy }]) => [arn, trustPolicy]),
    ),
    close: end,
    async send({ method, path: target, headers, body }) {
      const before = lines.length
      const sent = await fetch(`${url}${target}`, {
        method,
        headers,
        ...(body === undefined ? {} : { body }),
      })
      const response = `${sent.status} ${shownHeaders(sent)}${await sent.text()}`
      const written = () => lines.slice(before).filter((line) => !line.startsWith('local STS: '))
      // A pipe may be slower than the response.
      for (let waited = 0; written().length === 0 && waited < 20; waited++) await sleep(10)
      return { response, record: written().map(withoutTimes).join('\n') }
    },
  }
}

function rolesOf(
  documents: Readonly<Record<string, string>>,
  url: string,
  changeRoles: ChangeRoles,
) {
  const files = Object.entries(documents).map(([file, text]) => ({ file, text }))
  const { tenants, errors } = compileTenants(files)
  if (errors.length > 0) throw new Error(JSON.stringify(errors))
  const roles = changeRoles(rolesForTenants(tenants, url), providerName(url))
  return Object.fromEntries(
    Object.entries(roles).map(([arn, { trustPolicy, maxSessionDurationSeconds }]) => [
      arn,
      { trustPolicy, maxSessionDuration: maxSessionDurationSeconds },
    ]),
  )
}

/** Headers that say something about a refusal. */
function shownHeaders({ headers }: Response): string {
  return ['www-authenticate', 'allow', 'accept']
    .flatMap((name) => (headers.get(name) === null ? [] : [`${name}: ${headers.get(name)}\n`]))
    .join('')
}

/** Of a record, what an operator reads to find a cause, with quotes as `audit` shows them. */
function withoutTimes(line: string): string {
  if (!line.startsWith('{')) return line
  const { time: _, durationsMs: __, ...members } = JSON.parse(line)
  return JSON.stringify(members).replaceAll('\\"', '"')
}
