/**
 * `npm run bench:saml`: the CPU time and the memory for one SAML response, for usual ones and for
 * the most expensive ones that are accepted or refused late. Needs `xmlsec1`.
 */
import { X509Certificate } from 'node:crypto'
import { createAssertionVerifier } from '../../packages/functions/src/adapters/verifiers/saml-assertions.ts'
import {
  assertionXml,
  attributeXml,
  conditionsXml,
  createSamlKey,
  ENTITY_ID,
  ENVELOPED,
  encodeSaml,
  prefixesXml,
  RECIPIENT,
  RESPONSE_SIGNATURE,
  responseXml,
  SAML_NOW,
  signatureXml,
  signSaml,
  statementsXml,
} from '../fixtures/saml-documents.ts'

const REPETITIONS = 20
const key = createSamlKey()
const keys = [new X509Certificate(key.certificate).publicKey]
const verifier = createAssertionVerifier({
  keysOf: async () => keys,
  now: () => SAML_NOW,
  refusal: (_code, message) => new Error(message),
})
const profile: Parameters<typeof verifier.verify>[1] = {
  ...{ issuer: ENTITY_ID, keys: { from: 'inline', jwks: [] }, algorithms: [], types: [] },
  ...{ maxTokenAgeSeconds: 86_400, clockToleranceSeconds: 30 },
  saml: { recipients: [RECIPIENT], multiValued: [] },
}

const withStatements = (...attributes: string[]) =>
  responseXml({ assertion: assertionXml({ statements: statementsXml(...attributes) }) })
const values = (count: number, text: string) =>
  attributeXml('groups', ...Array.from({ length: count }, () => text))
const declarations = Array.from({ length: 15 }, (_, n) => `xmlns:n${n}="urn:n${n}"`).join(' ')
const used = Array.from({ length: 15 }, (_, n) => `n${n}:a=""`).join(' ')
const attribute = `<saml:Attribute Name="a" ${declarations} ${used}/>`
const both = responseXml({
  signature: signatureXml({
    id: '_response',
    transforms: ENVELOPED + prefixesXml(Array.from({ length: 16 }, (_, n) => `p${n}`).join(' ')),
  }),
  attributes: Array.from({ length: 16 }, (_, n) => ` xmlns:p${n}="urn:p${n}"`).join(''),
  assertion: assertionXml({ statements: statementsXml(values(1_480, 'x')) }),
})

const DOCUMENTS: Readonly<Record<string, string>> = {
  usual: signSaml(responseXml(), key),
  '75 kB of text': signSaml(withStatements(attributeXml('a', 'x'.repeat(70_000))), key),
  '12,000 references': signSaml(withStatements(attributeXml('a', '&#38;'.repeat(12_000))), key),
  '1,580 elements': signSaml(withStatements(values(1_580, 'x')), key),
  'many namespaces': signSaml(withStatements(attribute.repeat(70)), key),
  'both signed': signSaml(signSaml(both, key), key, RESPONSE_SIGNATURE),
  'changed, 1,580 elements': signSaml(withStatements(values(1_580, 'x')), key).replace(
    '>x<',
    '>y<',
  ),
  'no signature, 75 kB': assertionXml({
    signature: '',
    conditions: conditionsXml('x'.repeat(70_000)),
  }),
}

const rows = []
for (const [name, xml] of Object.entries(DOCUMENTS)) {
  const encoded = encodeSaml(xml)
  const run = async () => {
    try {
      const { checks } = await verifier.verify(await verifier.read(encoded), profile, 1_000)
      return checks.every(({ passed }) => passed) ? 'accepted' : 'refused'
    } catch {
      return 'refused'
    }
  }
  globalThis.gc?.()
  const before = process.memoryUsage().heapUsed
  const outcome = await run()
  const allocatedMiB = (process.memoryUsage().heapUsed - before) / 2 ** 20
  const times: number[] = []
  for (let turn = 0; turn < REPETITIONS; turn++) {
    const started = process.cpuUsage()
    await run()
    const { user, system } = process.cpuUsage(started)
    times.push((user + system) / 1000)
  }
  const cpuMs = times.sort((a, b) => a - b)[REPETITIONS / 2]
  const [first, median, worst] = [times[0], cpuMs, times.at(-1)].map((ms) => (ms ?? 0).toFixed(1))
  rows.push({
    ...{ document: name, characters: encoded.length, outcome },
    ...{ 'best ms': first, 'median ms': median, 'worst ms': worst },
    'MiB on the heap': allocatedMiB.toFixed(1),
  })
}
console.table(rows)
