/** Writes the first version of a tenant document, with comments that say what to change. */
import { type Annotation, annotateDocument } from '@token-broker/core/document'

const DOCS = 'https://github.com/token-broker/token-broker/blob/main/packages'
const SCHEMAS = 'https://raw.githubusercontent.com/token-broker/token-broker/main/packages/core'
export const RULE_TESTS_SCHEMA = `${SCHEMAS}/rule-tests.schema.json`

/** Of an issuer without a preset. */
const ANY_ISSUER = `
tenant: acme
issuers:
  - issuer: https://id.example
    audiences: ['https://broker.example']
attributes:
  user: { from: claims.sub, pattern: '[A-Za-z0-9._@+=|-]{1,64}' }
rules:
  - name: users reach their own files
    grant: files
grants:
  files:
    role: arn:aws:iam::111122223333:role/acme-files
    policy:
      - Sid: OwnFiles
        Effect: Allow
        Action: [s3:GetObject, s3:PutObject]
        Resource: arn:aws:s3:::acme-files/{{user}}/*
`

export interface StartedDocument {
  readonly tenant: string
  /** The document of a provider's page, and its kind; undefined: an issuer without a preset. */
  readonly preset?: { readonly kind: string; readonly document: string } | undefined
  /** Undefined: that of the preset. */
  readonly issuer?: string | undefined
  readonly audience?: string | undefined
  readonly role?: string | undefined
  /** Public keys to list; undefined: they are fetched. */
  readonly keys?: readonly object[] | undefined
  /** Empty: the default. */
  readonly algorithms?: readonly string[]
}

export function startDocument(input: StartedDocument): string {
  const { tenant, preset } = input
  const template = (preset?.document ?? ANY_ISSUER)
    .replaceAll('role/acme-', `role/${tenant}-`)
    .replaceAll(':::acme-', `:::${tenant}-`)
  const grant = /^grants:\n {2}(\w+):/m.exec(template)?.[1] ?? ''
  return annotateDocument(template, annotationsOf(input, grant), [
    `yaml-language-server: $schema=${SCHEMAS}/tenant.schema.json`,
    'Which tokens this tenant accepts, and which AWS permissions their callers get.',
    `Every field: ${DOCS}/core/docs/tenant-document.md`,
    ...(preset ? [`How to set up the provider: ${pageOf(preset.kind)}`] : []),
  ])
}

export function pageOf(kind: string): string {
  return `${DOCS}/core/docs/providers/${kind}.md`
}

function annotationsOf(input: StartedDocument, grant: string): Annotation[] {
  const { tenant, preset, issuer, audience, role, keys, algorithms = [] } = input
  return [
    { path: ['tenant'], value: tenant },
    ...set(['issuers', 0, 'issuer'], issuer),
    ...set(['issuers', 0, 'verify'], keys && { kind: preset?.kind ?? 'jwt', keys }),
    ...set(['issuers', 0, 'audiences'], audience === undefined ? undefined : [audience]),
    ...set(['issuers', 0, 'algorithms'], algorithms.length > 0 ? algorithms : undefined),
    ...set(['grants', grant, 'role'], role),
    {
      path: ['issuers'],
      above: [
        'Who issues the tokens. The issuer is exactly the iss of its tokens, and the audiences are',
        'the aud of tokens that were requested for the broker: all others are refused.',
      ],
    },
    {
      path: ['issuers', 0, 'member'],
      above: [MEMBER_COMMENTS[preset?.kind ?? ''] ?? 'Who of the issuer belongs to this tenant.'],
    },
    {
      path: ['attributes'],
      above: [
        'The only values of a token that the grants may use, as {{name}}. A token whose value does',
        'not match the whole pattern is refused; the pattern is what keeps callers apart.',
      ],
    },
    {
      path: ['rules'],
      above: [
        'The first rule that passes decides; where none passes, there are no credentials. Without',
        `"when", a rule passes for each caller. Conditions: when: '"staff" in claims.groups'`,
      ],
    },
    {
      path: ['grants'],
      above: ['What callers get: a session of the role, narrowed to the policy.'],
    },
    {
      path: ['grants', grant, 'role'],
      above: [
        'A role of yours that trusts the broker: see "token-broker trust-policy". Its own policies',
        'must allow what the policy below allows.',
      ],
    },
  ]
}

/** Where every customer of a provider shares an issuer: which id to write, and where it is. */
const MEMBER_COMMENTS: Readonly<Record<string, string>> = {
  buildkite: 'Your organization: all customers of Buildkite share the issuer.',
  'github-actions': "The id of your organization: gh api /repos/OWNER/REPO --jq '.owner.id'",
  gitlab: 'The id of your top-level group: all of GitLab.com shares the issuer.',
  spiffe: 'Your trust domain.',
}

function set(path: Annotation['path'], value: unknown): Annotation[] {
  return value === undefined ? [] : [{ path, value }]
}
