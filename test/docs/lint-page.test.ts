/** The page about the lint explains every id, with examples that have exactly the named finding. */
import { FINDING_LEVELS } from '@token-broker/core/lint'
import { describe, expect, it } from 'vitest'
import { documentWith, lintText } from '../unit/lint/lint-text.ts'
import { codeBlocks, listPages, readPage, sectionOf } from './markdown.ts'

const PAGE = readPage('packages/cli/docs/lint.md')
const HEADINGS = [...PAGE.matchAll(/^## (.*)$/gm)].map(([, heading]) => heading)

it('has one section for each id, and no other', () => {
  expect([...HEADINGS].sort()).toEqual(Object.keys(FINDING_LEVELS).sort())
})

describe.each(Object.entries(FINDING_LEVELS))('%s', (id, level) => {
  const section = sectionOf(PAGE, `## ${id}`)
  const [reported = '', corrected = '', ...others] = codeBlocks(section, 'yaml')

  it('states the level', () => {
    expect(section).toMatch(level === 'error' ? /^\nError\. / : /^\nWarning\. /)
  })

  it('shows an example that has this finding and no other', () => {
    // Where callers are not kept apart, the document does not compile either.
    const all = lintText(documentWith(reported))
    const found = all.filter((finding) => finding.id === id || finding.id !== 'invalid-document')
    expect(new Set(found.map((finding) => finding.id))).toEqual(new Set([id]))
    expect(found[0]?.level).toBe(level)
  })

  it('shows how to correct it', () => {
    expect(others).toEqual([])
    expect(lintText(documentWith(corrected))).toEqual([])
  })
})

it('has nothing to report about the documents that other pages show', () => {
  const documents = listPages()
    .flatMap((page) => codeBlocks(readPage(page), 'yaml').map((text) => ({ page, text })))
    .filter(({ text }) => /^tenant:/m.test(text) && /^grants:/m.test(text))
  expect(documents.length).toBeGreaterThan(1)
  expect(documents.flatMap(({ page, text }) => lintText(text, page))).toEqual([])
})
