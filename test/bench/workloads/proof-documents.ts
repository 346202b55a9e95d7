/** Tenant documents that cost the proof of isolation the most, within the limit of 256 KiB. */
import { readFileSync } from 'node:fs'

/** By name: a typical document, and documents built to be expensive. */
export function proofDocuments(): Readonly<Record<string, string>> {
  return {
    'a typical document': readFileSync(
      new URL('../../../packages/local/tenants/acme.yaml', import.meta.url),
      'utf8',
    ),
    'one statement, UUIDs': single("id: '[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}'", 'b/{{id}}-*'),
    '10 slots': single(
      listed(10, (i) => `a${i}: '[a-z]{1,100}'`),
      `b/${listed(10, (i) => `{{a${i}}}`, '/')}/*`,
    ),
    '10 slots, 256 characters': single(
      listed(10, (i) => `a${i}: '[a-z]{1,256}'`),
      `b/${listed(10, (i) => `{{a${i}}}`, '/')}/*`,
    ),
    '6 slots between wildcards': single(
      listed(6, (i) => `a${i}: '[a-z]{1,100}'`),
      `b/${listed(6, (i) => `{{a${i}}}`, '/*/')}/x`,
    ),
    '60 alternatives of 200 characters': single(
      `a: '${listed(60, (i) => `${letter(i)}[a-z]{1,200}`, '|')}'`,
      'b/{{a}}/*',
    ),
    '78 alternatives, 256 times': single(`a: '(?:${listed(78, symbol, '|')}){1,256}'`, 'b/{{a}}/*'),
    '200 such attributes': document(
      listed(200, (i) => `a${i}: '${listed(60, (j) => `${letter(j)}[a-z]{1,200}`, '|')}'`),
      Array.from({ length: 200 }, (_, i) => `b${i}/{{a${i}}}/*`),
    ),
    '100 grants, one beginning': many(100, (i) => `b/{{team}}/x${i}/{{user}}/*`),
    '60 grants, one beginning': many(60, (i) => `b/{{team}}/x${i}/{{user}}/*`),
    '1,000 grants, one beginning': many(1000, (i) => `b/{{team}}/x${i}/{{user}}/*`),
    '500 grants, own buckets': many(500, (i) => `b${i}/{{team}}/{{user}}/*`),
    '1,000 grants, own buckets': many(1000, (i) => `b${i}/{{team}}/{{user}}/*`),
    '1,000 grants, one template': many(1000, () => 'b/{{team}}/{{user}}/*'),
    '30 grants, long patterns': many(30, (i) => `b${i}/{{long}}/{{user}}/*`),
    '200 grants, long patterns': many(200, (i) => `b${i}/{{long}}/{{user}}/*`),
    '3,000 statements': statements(
      Array.from({ length: 3000 }, (_, i) => `Resource: 'arn:aws:s3:::b${i}/{{team}}/*'`),
    ),
    '3,000 statements, one beginning': statements(
      Array.from({ length: 3000 }, (_, i) => `Resource: 'arn:aws:s3:::{{team}}/${i}'`),
    ),
    '6,000 resources': statements([
      `Resource: [${listed(6000, (i) => `'arn:aws:s3:::b${i}/{{team}}/*'`, ',')}]`,
    ]),
    '20 conditions with two slots': statements([conditions(20)]),
  }
}

function conditions(count: number): string {
  const keys = listed(count, (i) => `'aws:RequestTag/t${i}': ['{{team}}', '{{user}}']`, ', ')
  return `Resource: '*', Condition: { StringEquals: { ${keys} } }`
}

function statements(parts: readonly string[]): string {
  return document(
    "team: '[a-z-]{1,32}'\nuser: '[a-z-]{1,32}'",
    [],
    parts.map((part) => `{ Effect: Allow, Action: 's3:GetObject', ${part} }`),
  )
}

function single(patterns: string, resource: string): string {
  return document(patterns, [resource])
}

function many(count: number, resource: (index: number) => string): string {
  return document(
    "team: '[a-z-]{1,32}'\nuser: '[A-Za-z0-9._@+=|-]{1,128}'\nlong: '[a-z-]{1,256}'",
    Array.from({ length: count }, (_, index) => resource(index)),
  )
}

/** @param patterns `name: pattern`, one per line */
function document(
  patterns: string,
  resources: readonly string[],
  statements: readonly string[] = [],
): string {
  const attributes = patterns
    .split('\n')
    .map((line) => /^(\w+): (.*)$/.exec(line) ?? [])
    .map(([, name, pattern]) => `  ${name}: { from: claims.${name}, pattern: ${pattern} }\n`)
  const grants = resources.map(
    (resource, index) => `  g${index}:
    role: arn:aws:iam::111122223333:role/acme-app
    policy: [{ Effect: Allow, Action: 's3:GetObject', Resource: 'arn:aws:s3:::${resource}' }]
`,
  )
  if (statements.length > 0)
    grants.push(`  g0:
    role: arn:aws:iam::111122223333:role/acme-app
    policy: [${statements.join(',')}]
`)
  return `tenant: acme
issuers: [{ issuer: 'https://id.example', audiences: [app] }]
attributes:
${attributes.join('')}rules: [{ name: everybody, grant: g0 }]
grants:
${grants.join('')}`
}

function listed(count: number, write: (index: number) => string, between = ''): string {
  const separator = between === '' && write(0).includes(': ') ? '\n' : between
  return Array.from({ length: count }, (_, index) => write(index)).join(separator)
}

function letter(index: number): string {
  return String.fromCharCode(0x61 + (index % 26))
}

/** One of 78 characters that mean only themselves in a pattern. */
function symbol(index: number): string {
  const symbols =
    'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_@=,;%&<>~!#éèüößàá'
  return symbols[index % symbols.length] ?? 'a'
}
