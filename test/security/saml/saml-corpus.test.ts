/**
 * The corpus of SAML documents: each attack and each wrong condition is refused with its code and
 * its reason, and every good document is accepted, by the whole broker.
 */
import { expect, it } from 'vitest'
import { startTestBroker } from '../../fixtures/index.ts'
import {
  AUDIENCE,
  ENTITY_ID,
  encodeSaml,
  RECIPIENT,
  SAML_NOW,
  skipsXmlsec1,
} from '../../fixtures/saml-documents.ts'
import { tenantDocument } from '../../fixtures/tenant-document.ts'
import { goodDocuments } from './good-documents.ts'
import type { SamlCase } from './saml-case.ts'
import { KEYS } from './saml-keys.ts'
import { signatureAttacks } from './signature-attacks.ts'
import { wrappingAttacks } from './wrapping-attacks.ts'
import { wrongConditions } from './wrong-conditions.ts'
import { xmlAttacks } from './xml-attacks.ts'

const { foreign: _, ...configured } = KEYS
const certificates = Object.values(configured).map(({ certificate }) => certificate)
const verify = { kind: 'saml', certificates, recipients: [RECIPIENT], multiValued: ['groups'] }
const broker = await startTestBroker({
  now: () => SAML_NOW,
  documents: [
    tenantDocument('acme', ENTITY_ID, {
      issuerMember: `verify: ${JSON.stringify(verify)}`,
      audience: AUDIENCE,
    }),
  ],
})

const skips = skipsXmlsec1()
const CASES = skips
  ? []
  : [
      ...goodDocuments(),
      ...wrongConditions(),
      ...wrappingAttacks(),
      ...signatureAttacks(),
      ...xmlAttacks(),
    ]

it.skipIf(skips)('has at least 120 documents', () => {
  const names = CASES.map(({ group, name }) => `${group}: ${name}`)
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([])
  expect(names.length).toBeGreaterThanOrEqual(120)
})

it.each(CASES.map((one) => [`${one.group}: ${one.name}`, one] as const))(
  '%s',
  async (_name, one) => {
    const { status, body } = await present(one)
    const record = broker.audit.at(-1)
    if (one.code === undefined) {
      expect(record).toMatchObject({ outcome: 'issued', issuer: ENTITY_ID, subject: one.subject })
      expect(status).toBe(200)
      return
    }
    expect([status === 200, JSON.parse(body).code, record?.code]).toEqual([
      false,
      one.code,
      one.code,
    ])
    expect(record?.reason).toMatch(one.reason ?? /./)
    // Of a document that proves nothing, no text reaches the caller or a record.
    const shown = one.code === 'access_denied' ? body : body + JSON.stringify(record)
    expect(shown).not.toMatch(/mallory|alice@/)
  },
)

function present({ xml = '', encoded = encodeSaml(xml) }: SamlCase) {
  return broker.post('/v1/credentials', undefined, { token: encoded, tokenType: 'saml2' })
}
