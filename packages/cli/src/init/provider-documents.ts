/**
 * The tenant document of each provider's page, which the tests verify with tokens in the form that
 * the provider documents. The build of this program replaces this module with the data.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** By `verify.kind`. */
export const PROVIDER_DOCUMENTS: Readonly<Record<string, string>> = readPages(
  join(import.meta.dirname, '../../../core/docs/providers'),
)

function readPages(folder: string): Readonly<Record<string, string>> {
  const pages = readdirSync(folder).filter((name) => name !== 'README.md')
  return Object.fromEntries(
    pages.map((name) => [name.replace(/\.md$/, ''), documentIn(readFileSync(join(folder, name)))]),
  )
}

function documentIn(page: Buffer): string {
  const [, section = ''] = String(page).split('\n## Tenant document\n')
  const document = section.split('\n```yaml\n')[1]?.split('\n```\n')[0]
  if (document === undefined) throw new Error('a page about a provider has no tenant document')
  return `${document}\n`
}
