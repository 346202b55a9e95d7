/** Sends requests with mistakes to a running broker, and explains the same on the command line. */
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { runHere } from '../unit/cli/run-cli.ts'
import type { Messages } from './mistake.ts'
import type { RequestMistake, SentRequest } from './request-mistake.ts'
import type { RunningBroker } from './running-broker.ts'
import { CANARY_CLAIM, sampleToken } from './sample-token.ts'

/**
 * @param folder for temporary files
 * @throws {Error} where the request without a mistake does not get credentials
 */
export async function runRequests(
  mistakes: readonly RequestMistake[],
  broker: RunningBroker,
  folder: string,
): Promise<ReadonlyMap<RequestMistake, Messages>> {
  const right = await broker.send(sentRequestOf({}, sampleToken()))
  if (!right.response.startsWith('200 ')) throw new Error(`The request fails: ${right.response}`)
  const results = new Map<RequestMistake, Messages>()
  for (const mistake of mistakes) {
    const token = mistake.token()
    const sent = await broker.send(sentRequestOf(mistake, token))
    results.set(mistake, {
      ...sent,
      nowhere: [CANARY_CLAIM, ...secretPartsOf(token)],
      notInResponse: mistake.secrets ?? [],
      ...(mistake.explain === undefined
        ? {}
        : { explain: await explain(broker, token, mistake.explain, folder) }),
    })
  }
  return results
}

/** Anything shorter may be in a message by chance. */
const LEAST_SECRET_CHARACTERS = 16

/** The token, and each of its parts. */
export function secretPartsOf(token: string): readonly string[] {
  return [token, ...token.split(/[.\s]/)].filter(({ length }) => length >= LEAST_SECRET_CHARACTERS)
}

export function sentRequestOf(
  { request }: Pick<RequestMistake, 'request'>,
  token: string,
): SentRequest {
  return {
    method: 'POST',
    path: '/v1/credentials',
    headers: request ? {} : { authorization: `Bearer ${token}` },
    body: undefined,
    ...request?.(token),
  }
}

async function explain(
  { tenants }: Pick<RunningBroker, 'tenants'>,
  token: string,
  args: readonly string[],
  folder: string,
): Promise<string> {
  const file = path.join(folder, 'token')
  writeFileSync(file, token)
  const command = ['explain', '--tenants', tenants, '--token', file, ...args]
  const { stdout, stderr } = await runHere(command)
  return `${failedChecks(stdout)}${stderr}`
}

/** What a reader looks at: the checks that failed, with their details, and what comes after. */
function failedChecks(text: string): string {
  const lines = text.split('\n')
  const verdict = lines.findIndex((line) => line.startsWith('would '))
  let failed = false
  const kept = lines.filter((line, index) => {
    if (/^[├└]─ /.test(line)) failed = line.includes('✗')
    return index >= verdict || (failed && /^[├└│ ]/.test(line))
  })
  return kept.join('\n')
}
