/** `token-broker explain`: what the broker would decide on a token, without a broker and without AWS. */
import { text } from 'node:stream/consumers'
import { parseArgs } from 'node:util'
import { BrokerError, type Dependencies, explainDecision } from '@token-broker/core'
import { compileTenants, formatError } from '@token-broker/core/document'
import {
  createJsonFetcher,
  createJwtVerifier,
  createKeyCache,
} from '@token-broker/functions/verifier'
import { createPaint, parseUsage, readFormat, type Terminal, UsageError } from './command.ts'
import { readDocuments, readText } from './documents.ts'
import { createMemoryTenants } from './memory-tenants.ts'
import { decisionJson, decisionText } from './show-decision.ts'

const WOULD_ISSUE = 0
const BAD_DOCUMENTS = 1
const WOULD_REFUSE = 3

/** @returns the exit code: 0 would issue, 1 bad documents, 3 would refuse */
export async function explain(args: readonly string[], terminal: Terminal): Promise<number> {
  const { values } = parseUsage(() => parseArgs({ args: [...args], options: OPTIONS }))
  const asJson = readFormat(values.format)
  const now = readClock(values.now)
  if (values.tenants === undefined)
    throw new UsageError('--tenants: name the directory of the tenant documents')
  const { tenants, errors } = compileTenants(await readDocuments([values.tenants]))
  if (errors.length > 0) {
    terminal.stderr.write(errors.map((error) => `${formatError(error)}\n`).join(''))
    return BAD_DOCUMENTS
  }
  const subjectToken = (await readToken(values.token, terminal)).trim()
  if (subjectToken === '') throw new UsageError('the token is empty')
  const fetchJson = createJsonFetcher({ allowLoopbackHttp: values['allow-loopback-http'] ?? false })
  const decision = await explainDecision(
    {
      subjectToken,
      tenant: values.tenant,
      grant: values.grant,
      durationSeconds: undefined,
      statements: undefined,
    },
    {
      requestId: 'explain',
      endpoint: 'native',
      clientIp: '127.0.0.1',
      userAgent: undefined,
      signal: new AbortController().signal,
    },
    {
      ...NOTHING_LEAVES,
      tenants: createMemoryTenants(tenants),
      verifier: createJwtVerifier({ keyCache: createKeyCache({ fetchJson, now }) }),
      now,
    },
  )
  const answer = asJson
    ? decisionJson(decision)
    : decisionText(decision, createPaint(terminal.stdout))
  terminal.stdout.write(`${answer}\n`)
  return decision.refusal ? WOULD_REFUSE : WOULD_ISSUE
}

const OPTIONS = {
  tenants: { type: 'string' },
  token: { type: 'string' },
  tenant: { type: 'string' },
  grant: { type: 'string' },
  now: { type: 'string' },
  'allow-loopback-http': { type: 'boolean' },
  format: { type: 'string' },
} as const

/** An explanation mints nothing, calls nobody at AWS and leaves no record. */
const NOTHING_LEAVES: Pick<
  Dependencies,
  'signer' | 'sts' | 'audit' | 'brokerIssuer' | 'newId' | 'monotonicNs'
> = {
  signer: undefined,
  sts: {
    assumeRoleWithWebIdentity: () =>
      Promise.reject(new BrokerError('internal', 'An explanation assumes no role.')),
  },
  audit: { write: async () => undefined },
  brokerIssuer: 'https://broker.invalid',
  newId: () => crypto.randomUUID(),
  // An explanation tells no durations.
  monotonicNs: () => 0n,
}

function readClock(iso: string | undefined): () => number {
  if (iso === undefined) return Date.now
  const at = /^\d{4}-\d{2}-\d{2}(T|$)/.test(iso) ? Date.parse(iso) : Number.NaN
  if (Number.isNaN(at)) throw new UsageError('--now: write a time such as 2026-01-31T12:00:00Z')
  return () => at
}

function readToken(file: string | undefined, { stdin, stderr }: Terminal): Promise<string> {
  if (file !== undefined && file !== '-') return readText(file)
  if (stdin.isTTY) stderr.write('Paste the token, then press Enter and Ctrl-D:\n')
  return text(stdin)
}
