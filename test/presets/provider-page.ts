/** What a page about a provider shows: its tenant document, and its table of mistakes. */
import { compileTenant, formatError, proveTenant } from '@token-broker/core/document'
import { indexCatalogue, lintDocument } from '@token-broker/core/lint'
import { CATALOGUE_DATA } from '../../packages/cli/src/lint/catalogue-data.ts'
import { codeBlocks, readPage, sectionOf, tableRows } from '../docs/markdown.ts'

const CATALOGUE = indexCatalogue(CATALOGUE_DATA)

/** @param page below `packages/core/docs`, without its ending */
export function readProviderPage(page: string) {
  const text = readPage(`packages/core/docs/${page}.md`)
  const [document = ''] = codeBlocks(sectionOf(text, '## Tenant document'), 'yaml')
  const [, , ...rows] = tableRows(sectionOf(text, '## Common mistakes'))
  return {
    text,
    document,
    /** What is sent, and the refusal, as the page has it. */
    mistakes: rows.map(([what = '', code = '']) => [what, code]),
  }
}

/** Errors and findings of a document, and what was proved of its statements. */
export function examine(text: string) {
  const { isolation } = proveTenant(text, 'acme.yaml')
  const { errors } = compileTenant(text, 'acme.yaml')
  const findings = lintDocument({ file: 'acme.yaml', text }, CATALOGUE)
  return {
    problems: [...errors, ...findings].map(formatError),
    verdicts: new Set(isolation.map(({ verdict }) => verdict)),
  }
}
