/** Candidates in a folder of documents: whose they are, and what they are checked against. */
import { compileTenants, formatError } from '@token-broker/core/document'
import { expect, it } from 'vitest'
import { sha256Hex } from '../../../packages/core/src/model/digest.ts'
import { smallDocument } from '../../fixtures/small-document.ts'

const shared = ['https://shared.example']
const pool = 'eu-central-1:0f7c1a52-9a54-4a0e-8f3f-2c5f0d6b7e81'

function compile(files: Readonly<Record<string, string>>, candidatesAsDocuments = false) {
  const texts = Object.entries(files).map(([file, text]) => ({ file, text }))
  const { tenants, errors } = compileTenants(texts, { candidatesAsDocuments })
  return { tenants, errors: errors.map(formatError) }
}

it('makes a candidate a part of the tenant that it is to change', () => {
  const text = smallDocument('acme', { role: 'other' })
  const { tenants, errors } = compile({
    'acme.candidate.yaml': text,
    'acme.yaml': smallDocument('acme'),
    'beta.yaml': smallDocument('beta'),
  })
  expect(errors).toEqual([])
  expect(tenants.map(({ tenant }) => tenant)).toEqual(['acme', 'beta'])
  const [acme, beta] = tenants
  expect(acme?.candidate?.documentSha256).toBe(sha256Hex(text))
  const [alone] = compile({ 'acme.yaml': text }).tenants
  expect(JSON.parse(acme?.candidate?.compiledJson ?? '')).toEqual(JSON.parse(JSON.stringify(alone)))
  // The document in force is what it is without a candidate.
  const { candidate: _, ...inForce } = acme ?? {}
  expect(inForce).toEqual(compile({ 'acme.yaml': smallDocument('acme') }).tenants[0])
  expect(beta).not.toHaveProperty('candidate')
})

it('refuses a candidate without a document, and a second one', () => {
  expect(compile({ 'acme.candidate.yaml': smallDocument('acme') }).errors).toEqual([
    expect.stringContaining('a candidate is of a tenant that has a document, and acme has none'),
  ])
  expect(
    compile({
      'acme.yaml': smallDocument('acme'),
      'acme.candidate.yaml': smallDocument('acme'),
      'again.candidate.json': smallDocument('acme'),
    }).errors,
  ).toEqual([expect.stringContaining('already has the candidate acme.candidate.yaml')])
})

it('reports errors of a candidate at its place', () => {
  const invalid = smallDocument('acme').replace("'app'", '3')
  const { errors } = compile({ 'acme.yaml': smallDocument('acme'), 'acme.candidate.yml': invalid })
  expect(errors).toEqual([expect.stringMatching(/^acme\.candidate\.yml:3:.* issuers\[0\]/)])
})

it.each([
  ['an audience', { issuers: shared }, { issuers: shared }],
  ['an identity pool', { pool }, { pool }],
  ['the audience of a released token', { releasedAudience: 'x' }, { releasedAudience: 'x' }],
])('refuses a candidate that shares %s with another tenant', (_, candidate, other) => {
  const role = { role: 'beta' }
  const { errors } = compile({
    'acme.yaml': smallDocument('acme'),
    'beta.yaml': smallDocument('beta', { ...other, ...role }),
    'acme.candidate.yaml': smallDocument('acme', { ...candidate, role: 'acme' }),
  })
  expect(errors.length).toBeGreaterThan(0)
  for (const error of errors) expect(error).toContain('acme.candidate.yaml')
})

it('accepts that a candidate has what its own document has', () => {
  const options = { issuers: shared, pool, releasedAudience: 'x' }
  const { errors } = compile({
    'acme.yaml': smallDocument('acme', options),
    'acme.candidate.yaml': smallDocument('acme', { ...options, role: 'other' }),
  })
  expect(errors).toEqual([])
})

it('compares one candidate at a time with the documents in force', () => {
  // Acme gives up the audience that beta takes: beta can be promoted only afterwards.
  const { errors } = compile({
    'acme.yaml': smallDocument('acme', { issuers: shared }),
    'beta.yaml': smallDocument('beta'),
    'acme.candidate.yaml': smallDocument('acme'),
    'beta.candidate.yaml': smallDocument('beta', { issuers: shared }),
  })
  expect(errors).toEqual([expect.stringMatching(/^beta\.candidate\.yaml:.*tenant acme/)])
})

it('compiles candidates as documents only where it is asked to', () => {
  const { tenants, errors } = compile({ 'acme.candidate.yaml': smallDocument('acme') }, true)
  expect(errors).toEqual([])
  expect(tenants).toHaveLength(1)
})
