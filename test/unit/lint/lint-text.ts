/** Compiles and lints a tenant document, with the catalogue that is published. */
import { compileTenant } from '@token-broker/core/document'
import { type Finding, findingOf, indexCatalogue, lintDocument } from '@token-broker/core/lint'
import { CATALOGUE_DATA } from '../../../packages/cli/src/lint/catalogue-data.ts'

const CATALOGUE = indexCatalogue(CATALOGUE_DATA)

/** Parts of a document that has no finding, by their top-level fields. */
const PARTS: Readonly<Record<string, string>> = {
  tenant: 'tenant: orchard\n',
  issuers: 'issuers:\n  - { issuer: "https://id.orchard.example", audiences: [orchard-app] }\n',
  attributes: "attributes:\n  user: { from: claims.sub, pattern: '[a-z0-9-]{1,36}' }\n",
  rules: `rules:\n  - { name: pickers, when: '"picker" in claims.groups', grant: own }\n`,
  grants: `grants:
  own:
    role: arn:aws:iam::111122223333:role/orchard
    policy:
      - { Effect: Allow, Action: s3:GetObject, Resource: 'arn:aws:s3:::orchard-home/{{user}}/*' }
`,
}

/** A whole document, in which the given top-level fields replace those of the sample. */
export function documentWith(text: string): string {
  const given = text.split(/^(?=\w)/m).map((part) => [part.split(':')[0], part] as const)
  return Object.values({ ...PARTS, ...Object.fromEntries(given) }).join('')
}

/** A whole document with this one policy statement, in YAML's flow style. */
export function documentWithStatement(statement: string, grantFields = ''): string {
  return documentWith(`grants:
  own:
    role: arn:aws:iam::111122223333:role/orchard
${grantFields}    policy:
      - ${statement}
`)
}

/** Errors of the compile step, then findings of the lint, as `token-broker validate` has them. */
export function lintText(text: string, file = 'orchard.yaml'): Finding[] {
  const { errors } = compileTenant(text, file)
  return [...errors.map(findingOf), ...lintDocument({ file, text }, CATALOGUE)]
}

/** The findings of the lint alone: their ids, and where each is. */
export function findingsOf(text: string): string[] {
  return lintDocument({ file: 'orchard.yaml', text }, CATALOGUE).map(
    ({ id, path }) => `${id} ${path}`,
  )
}
