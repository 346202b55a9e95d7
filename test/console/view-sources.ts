/** Documents, rule tests and audit records for the views of the console. */
import { appendFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { makeTemporaryFolder } from '../fixtures/index.ts'
import { createTenantFolder, NOW, type TenantFolder } from '../unit/cli/tenant-folder.ts'
import { startTestConsole } from './started-console.ts'

/** Markup, an address that is code, letters from right to left, half a character, and length. */
export const HOSTILE = [
  '<img src=x onerror="document.title=1">',
  'javascript:document.title=1',
  '\u202e\u2066reversed',
  '\ud800',
  '${7*7}{{7*7}}',
  '</script><script>document.title=1</script>',
  'x'.repeat(5_000),
].join(' ')

export const STATED = JSON.stringify({ sub: 'alice', groups: ['staff'] })

export interface ViewSources {
  readonly folder: TenantFolder
  readonly records: string
  /** @param numbers of the records, one a second; the later one is the newer one */
  append(numbers: readonly number[], more?: object): Promise<void>
}

export async function createViewSources(): Promise<ViewSources> {
  const folder = await createTenantFolder()
  await folder.write('acme.test.yaml', RULE_TESTS)
  const records = join(makeTemporaryFolder(), 'records.jsonl')
  await writeFile(records, '')
  return {
    folder,
    records,
    append: (numbers, more = {}) =>
      appendFile(records, numbers.map((number) => `${recordOf(number, more)}\n`).join('')),
  }
}

export function startViews({ folder, records }: ViewSources) {
  const endpoint = 'https://broker.example'
  return startTestConsole({ tenantsDir: folder.directory, records: [records], endpoint })
}

const RULE_TESTS = `tests:
  - name: staff read
    now: ${NOW}
    claims: { sub: alice, groups: [staff] }
    expect:
      grant: reports
      can: [s3:GetObject arn:aws:s3:::acme-data/alice/a]
  - name: a test that fails
    now: ${NOW}
    claims: { sub: alice }
    expect: { grant: reports }
`

function recordOf(number: number, more: object): string {
  const isRefused = number % 3 === 0
  return JSON.stringify({
    time: new Date(Date.parse(NOW) + number * 1000).toISOString(),
    ...{ requestId: `request-${number}`, endpoint: 'native' },
    ...(isRefused
      ? { outcome: 'refused', code: 'access_denied', reason: `no rule matches ${number}` }
      : { outcome: 'issued', grant: 'reports', rule: 'staff read reports' }),
    ...{ tenant: 'acme', subject: `user-${number % 2}`, issuer: 'https://idp.example.com' },
    ...more,
  })
}
