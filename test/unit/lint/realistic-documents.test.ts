/** Documents as people write them have no finding, except those that they state themselves. */
import { globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { isDocumentFile } from '@token-broker/core/document'
import { expect, it } from 'vitest'
import { lintText } from './lint-text.ts'

const ROOT = path.join(import.meta.dirname, '../../..')
const CORPUS = globSync('test/unit/lint/corpus/*.yaml', { cwd: ROOT }).sort()
const OTHERS = globSync(
  ['{packages/local,test/infra}/tenants/**/*.yaml', 'packages/game/tenant.yaml'],
  { cwd: ROOT },
)
  .filter(isDocumentFile)
  .sort()

it('reads the documents of both places', () => {
  expect(CORPUS.length).toBeGreaterThan(9)
  expect(OTHERS.length).toBeGreaterThan(3)
})

it.each([...CORPUS, ...OTHERS])('%s has the findings that it states', (file) => {
  const text = readFileSync(path.join(ROOT, file), 'utf8')
  const stated = [...text.matchAll(/^# finding: (.*)$/gm)].map(([, finding]) => finding)
  expect(lintText(text).map(({ id, path: place }) => `${id} ${place}`)).toEqual(stated)
})
