/** The page about rule tests shows a file that passes, and names every field. */
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { makeTemporaryFolder } from '../fixtures/index.ts'
import { runHere } from '../unit/cli/run-cli.ts'
import { codeBlocks, readPage } from './markdown.ts'
import { fieldsOf } from './schema-fields.ts'

it('shows rule tests that pass on the sample tenant, and their output', async () => {
  const page = readPage('packages/cli/docs/rule-tests.md')
  const [tests = ''] = codeBlocks(page, 'yaml')
  const folder = makeTemporaryFolder()
  const acme = readPage('packages/local/tenants/acme.yaml')
  writeFileSync(path.join(folder, 'acme.yaml'), acme)
  writeFileSync(path.join(folder, 'acme.test.yaml'), tests)
  const { code, stdout } = await runHere(['test', path.join(folder, 'acme.test.yaml')])
  expect(code).toBe(0)
  expect(page).toContain(stdout.replace(`${folder}${path.sep}`, ''))
  const fields = [
    ...new Set(fieldsOf(JSON.parse(readPage('packages/core/rule-tests.schema.json')))),
  ]
  const ofStatements = [
    'Sid',
    'Effect',
    'Action',
    'NotAction',
    'Resource',
    'NotResource',
    'Condition',
  ]
  const documented = fields.filter(
    (field) => ![...ofStatements, 'shared', '$schema'].includes(field),
  )
  expect(documented.length).toBeGreaterThan(20)
  expect(documented.filter((field) => !page.includes(`\`${field}\``))).toEqual([])
})
