/** A tenant document of the corpus: one or two templates, and where they are. */
import type { Languages } from './meeting-query.ts'

/** Where the templates are: `principalTag` is a session tag that a resource names. */
export type Place =
  | 'Resource'
  | 'StringLike'
  | 'StringEquals'
  | 'oneStatement'
  | 'sessionTag'
  | 'principalTag'

export interface CorpusDocument {
  readonly place: Place
  /** One statement or session tag for each; with `oneStatement`, one statement for all. */
  readonly templates: readonly string[]
  readonly languages: Languages
}

/** Of the resources in generated documents. */
export const BUCKET = 'arn:aws:s3:::b'

/** The document as JSON, which is YAML too. */
export function documentText({ place, templates, languages }: CorpusDocument): string {
  const attributes = Object.entries(languages).map(([name, { pattern }]) => [
    name,
    { from: `claims.${name}`, pattern },
  ])
  return JSON.stringify({
    tenant: 'acme',
    issuers: [{ issuer: 'https://id.example', audiences: ['app'] }],
    attributes: Object.fromEntries(attributes),
    rules: [{ name: 'everybody', grant: 'g' }],
    grants: {
      g: {
        role: 'arn:aws:iam::111122223333:role/acme',
        ...(place.endsWith('Tag') ? { sessionTags: { home: templates[0] } } : {}),
        policy: statementsOf(place, templates),
      },
    },
  })
}

function statementsOf(place: Place, templates: readonly string[]) {
  const reading = { Effect: 'Allow', Action: 's3:GetObject' }
  if (place === 'Resource') return templates.map((Resource) => ({ ...reading, Resource }))
  if (place === 'oneStatement') return [{ ...reading, Resource: templates }]
  if (place === 'sessionTag') return [{ ...reading, Resource: BUCKET }]
  if (place === 'principalTag')
    return [{ ...reading, Resource: `${BUCKET}/\${aws:PrincipalTag/home}/*` }]
  return templates.map((template) => ({
    Effect: 'Allow',
    Action: 's3:ListBucket',
    Resource: BUCKET,
    Condition: { [place]: { 's3:prefix': template } },
  }))
}
