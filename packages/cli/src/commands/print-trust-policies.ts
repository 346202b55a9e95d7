/** `token-broker trust-policy`: the trust policies that roles need, compared with existing ones. */
import { type TrustPolicy, trustPolicies } from '@token-broker/core/trust-policy'
import {
  compareTrustPolicies,
  type TrustDifference,
} from '@token-broker/core/trust-policy-differences'
import { EXIT, quote, UsageError } from '../cli-error.ts'
import type { CommandCall } from '../command-line/declaration.ts'
import { printDocumentErrors, readDocuments, readInputFile } from '../documents/read-documents.ts'
import { createPaint, oneLine, type Paint, printJson, type Terminal } from '../terminal.ts'
import { type ExistingPolicies, readExistingPolicies } from '../trust/existing-policies.ts'
import { readBrokerIssuer } from '../trust/read-broker-issuer.ts'

type TrustCall = CommandCall<'issuer' | 'role' | 'check' | 'check-role' | 'format' | 'boundaries'>

/**
 * @returns the exit code: 0 printed, or no role differs; 1 a document or an option is invalid;
 *   3 a role differs
 */
export async function printTrustPolicies(call: TrustCall): Promise<number> {
  const { terminal, operands, option } = call
  const issuer = readBrokerIssuer(option('issuer'))
  const { documents, errors, files } = await readDocuments(operands, option('boundaries'))
  if (errors.length > 0) {
    printDocumentErrors(terminal, errors, files)
    return EXIT.invalid
  }
  const all = trustPolicies(
    documents.map(({ tenant }) => tenant),
    issuer,
  )
  const policies = chooseRole(all, option('role') ?? option('check-role'))
  const isJson = option('format') === 'json'
  const existing = await readExisting(call, Object.keys(policies))
  if (existing) return printDifferences(terminal, isJson, policies, existing)
  if (isJson) printJson(terminal, policies)
  else
    for (const [role, policy] of Object.entries(policies))
      terminal.print(`${role}\n${JSON.stringify(policy, undefined, 2)}\n`)
  return EXIT.done
}

function chooseRole(
  policies: Readonly<Record<string, TrustPolicy>>,
  role: string | undefined,
): Readonly<Record<string, TrustPolicy>> {
  if (role === undefined) return policies
  const policy = policies[role]
  if (policy) return { [role]: policy }
  const roles = Object.keys(policies).join(', ') || '(none)'
  throw new UsageError(`no document names the role ${quote(role)}; the roles are ${roles}`)
}

async function readExisting(
  { option, terminal }: TrustCall,
  roles: readonly string[],
): Promise<ExistingPolicies | undefined> {
  const [file, arn] = [option('check'), option('check-role')]
  if (file !== undefined && arn !== undefined)
    throw new UsageError('--check-role: expected no --check beside it; use one of them')
  if (file !== undefined) return readExistingPolicies(file, await readInputFile(file), roles)
  if (arn === undefined) return undefined
  const { getTrustPolicy } = await import('../trust/role-in-iam.ts')
  return new Map([[arn, await getTrustPolicy(arn, terminal.env)]])
}

function printDifferences(
  terminal: Terminal,
  isJson: boolean,
  policies: Readonly<Record<string, TrustPolicy>>,
  existing: ExistingPolicies,
): number {
  const compared = [...existing].map(([role, document]) => {
    const needed = policies[role]
    if (needed === undefined)
      throw new UsageError(`no document names the role ${quote(role)}; remove it from the file`)
    return { role, differences: compareTrustPolicies(needed, document) }
  })
  if (isJson) printJson(terminal, compared)
  else {
    const paint = createPaint(terminal.stdout)
    for (const { role, differences } of compared)
      terminal.print(differencesText(role, differences, paint))
  }
  return compared.every(({ differences }) => differences.length === 0) ? EXIT.done : EXIT.refused
}

const MARKS: Readonly<Record<TrustDifference['kind'], string>> = {
  refuses: '-',
  'too-wide': '+',
  unknown: '?',
}

function differencesText(
  role: string,
  differences: readonly TrustDifference[],
  paint: Paint,
): string {
  if (differences.length === 0) return `${paint('green', '✓')} ${role}: trusts what it needs\n`
  const lines = differences.flatMap(({ what, effect, kind }) => [
    `  ${MARKS[kind]} ${oneLine(what)}`,
    `      ${oneLine(effect)}`,
  ])
  const remedy = `  replace it with what token-broker trust-policy prints for --role ${role}`
  return [`${paint('red', '✗')} ${role}`, ...lines, remedy].map((line) => `${line}\n`).join('')
}
