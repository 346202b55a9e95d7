/** Assumes roles whose trust policies have mistakes, and compares these policies. */
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { runHere } from '../unit/cli/run-cli.ts'
import type { Messages } from './mistake.ts'
import { nativeFields } from './request-mistake.ts'
import { sentRequestOf } from './run-requests.ts'
import type { ChangeRoles, RunningBroker } from './running-broker.ts'
import { sampleToken } from './sample-token.ts'
import {
  changeTrust,
  roleOf,
  TRUST_MISTAKES,
  TRUSTED_GRANT,
  type TrustMistake,
} from './trust-mistakes.ts'

/** The roles of the document, each with its mistake. */
export const withTrustMistakes: ChangeRoles = (roles, provider) =>
  Object.fromEntries(
    Object.entries(roles).flatMap(([arn, role]) => {
      const mistake = TRUST_MISTAKES.find(({ grant }) => roleOf(grant) === arn)
      if (mistake === undefined) return [[arn, role]]
      const trustPolicy = changeTrust(mistake, role.trustPolicy, provider)
      const { maxSessionDuration = role.maxSessionDurationSeconds } = mistake
      return trustPolicy
        ? [[arn, { ...role, trustPolicy, maxSessionDurationSeconds: maxSessionDuration }]]
        : []
    }),
  )

/** @throws {Error} where the role without a mistake cannot be assumed */
export async function runTrust(
  broker: RunningBroker,
  folder: string,
): Promise<ReadonlyMap<TrustMistake, Messages>> {
  const right = await assume(broker, TRUSTED_GRANT)
  if (!right.response.startsWith('200 ')) throw new Error(`The role is refused: ${right.record}`)
  const compared = await compare(broker, roleOf(TRUSTED_GRANT), folder)
  if (!compared.includes('✓')) throw new Error(`The role differs: ${compared}`)
  const results = new Map<TrustMistake, Messages>()
  for (const mistake of TRUST_MISTAKES)
    results.set(mistake, {
      ...(await assume(broker, mistake.grant)),
      validate: await compare(broker, roleOf(mistake.grant), folder),
    })
  return results
}

function assume(broker: RunningBroker, grant: string) {
  const claims = { iss: 'https://id.trust.example', aud: 'trust-app' }
  const request = nativeFields({ grant })
  return broker.send(sentRequestOf({ request }, sampleToken({ claims })))
}

async function compare(
  { tenants, trustPolicies, url }: RunningBroker,
  role: string,
  folder: string,
): Promise<string> {
  if (!Object.hasOwn(trustPolicies, role)) return ''
  const file = path.join(folder, 'trust.json')
  writeFileSync(file, JSON.stringify({ [role]: trustPolicies[role] }))
  const documents = path.join(tenants, 'trust.json')
  const { stdout, stderr } = await runHere([
    ...['trust-policy', documents, '--issuer', url, '--check', file],
  ])
  return `${stdout}${stderr}`
}
