/** What the documentation shows is true: its tenant document compiles, its trust policies parse, its table of errors is whole. */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { REFUSAL_CODES } from '@token-broker/core'
import { compileTenant, formatError } from '@token-broker/core/document'
import { trustPolicies } from '@token-broker/core/trust-policy'
import { expect, it } from 'vitest'

const README = readFileSync(path.join(import.meta.dirname, '../README.md'), 'utf8')
const blocks = (language: string) =>
  [...README.matchAll(new RegExp(`\`\`\`${language}\\n([^]*?)\`\`\``, 'g'))].map((match) =>
    String(match[1]),
  )

it('shows a tenant document that compiles', () => {
  const [document = ''] = blocks('yaml')
  const { tenant, errors } = compileTenant(document, 'README.md')
  expect(errors.map(formatError)).toEqual([])
  expect(tenant?.tenant).toBe('acme')
})

it('shows the trust policies that follow from its document', () => {
  const [document = ''] = blocks('yaml')
  const passedThrough = document
    .replace('webIdentity: minted', 'webIdentity: pass-through')
    .replaceAll(/^ +(sessionTags|sourceIdentity).*\n/gm, '')
  const policies = [document, passedThrough].flatMap((text) => {
    const { tenant, errors } = compileTenant(text, 'README.md')
    expect(errors.map(formatError)).toEqual([])
    return tenant ? Object.values(trustPolicies([tenant], 'https://broker.example')) : []
  })
  expect(blocks('json').map((text) => JSON.parse(text))).toEqual(policies)
})

it('names every refusal code', () => {
  for (const code of REFUSAL_CODES) expect(README).toContain(`\`${code}\``)
})
