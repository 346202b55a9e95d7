/** Documents of the tests of isolation, and their errors. */
import { compileTenant } from '../../../packages/core/src/document/index.ts'

export interface Parts {
  readonly issuers?: readonly string[]
  readonly attributes?: string
  readonly rules?: string
  readonly grants: string
}

export const ISSUERS = ['https://one.example', 'https://two.example']
export const TEAM_AND_USER = `  team: { from: claims.team, pattern: '[a-z-]{1,32}' }
  user: { from: claims.sub, pattern: '[a-z-]{1,32}' }`

export function documentOf({
  issuers = ISSUERS.slice(0, 1),
  attributes,
  rules,
  grants,
}: Parts): string {
  const trusted = issuers.map((issuer) => `  - { issuer: '${issuer}', audiences: [app] }`)
  return `tenant: acme
issuers:
${trusted.join('\n')}
attributes:
${attributes ?? TEAM_AND_USER}
rules:
${rules ?? '  - { name: everybody, grant: own }'}
grants:
${grants}
`
}

export function grantOf(name: string, statements: readonly string[], tags = '{}'): string {
  return `  ${name}:
    role: arn:aws:iam::111122223333:role/acme-app
    sessionTags: ${tags}
    policy:
${statements.map((statement) => `      - { Effect: Allow, ${statement} }`).join('\n')}`
}

export function reading(resource: string, more = ''): string {
  return `Action: ['s3:GetObject'], Resource: '${resource}'${more}`
}

/** The document's errors, as `path: message`. */
export function errorsOf(parts: Parts): string[] {
  return compileTenant(documentOf(parts), 'acme.yaml').errors.map(
    ({ path, message }) => `${path}: ${message}`,
  )
}
