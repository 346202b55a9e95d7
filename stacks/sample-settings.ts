/** Refuses to deploy a stage whose settings are still samples. */
import type { StageSettings } from './stage-settings.ts'

/** Domains that are reserved for documentation (RFC 2606, RFC 6761). */
const SAMPLE_DOMAIN = /(?:^|[.@/])(?:example\.(?:com|net|org)|[\w-]+\.(?:example|invalid|test))$/i
/** The accounts of AWS's documentation, and those that nobody has. */
const SAMPLE_ACCOUNT = /\b(?:111122223333|123456789012|444455556666|(\d)\1{11})\b/
const PLACEHOLDER = /<[^>]*>|\bCHANGE[_-]?ME\b|\bTODO\b|\bFIXME\b|\bYOUR[_-]|\bX{3,}\b|\.\.\.|…/i

const HINTS: Readonly<Record<string, string>> = {
  account: "the AWS account's 12 digits, as `aws sts get-caller-identity` shows them",
  domain: 'a host name in a Route 53 zone of the account',
  alarmEmail: 'the address that receives alarms',
  permissionsBoundaries: 'ARNs of policies of your account, or an empty list',
}

/**
 * Runs before anything is created; `sst remove` does not run it.
 * @throws {Error} listing each setting with a placeholder, what is expected and what was found
 */
export function refuseSampleSettings(settings: StageSettings, stage: string): void {
  const problems = Object.entries(settings).flatMap(([name, value]) => findSamples(name, value))
  if (problems.length === 0) return
  const list = problems.map((problem) => `\n  ${problem}`).join('')
  throw new Error(
    `Stage ${stage} in stacks/stages.ts still has sample values; set your own values:${list}`,
  )
}

function findSamples(path: string, value: unknown): string[] {
  if (typeof value === 'string') {
    const kind = kindOf(value)
    if (kind === undefined) return []
    const expected = HINTS[path.replace(/[.[].*$/, '')] ?? 'a value of your own'
    return [`${path}: expected ${expected}, found the ${kind} ${JSON.stringify(value)}`]
  }
  if (Array.isArray(value))
    return value.flatMap((one, index) => findSamples(`${path}[${index}]`, one))
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, one]) => findSamples(`${path}.${name}`, one))
}

function kindOf(value: string): string | undefined {
  if (PLACEHOLDER.test(value)) return 'placeholder'
  if (SAMPLE_ACCOUNT.test(value)) return 'sample account in'
  return SAMPLE_DOMAIN.test(value) ? 'sample domain' : undefined
}
