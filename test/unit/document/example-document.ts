/** An example document with every kind of part, and the errors that one change to it causes. */
import { compileTenant } from '../../../packages/core/src/document/index.ts'

export const EXAMPLE = `tenant: acme
issuers:
  - issuer: https://id.acme.example
    verify: { kind: jwt }
    audiences: [acme-mobile, acme-web]
    algorithms: [RS256, ES256]
    maxTokenAge: 24h
    member: claims.org == "acme"
attributes:
  user: { from: claims.sub }
  team: { from: claims.team, pattern: '[a-z-]{1,32}' }
rules:
  - name: support staff read reports
    when: '"support" in claims.groups && claims.email_verified'
    grant: reports
grants:
  reports:
    role: arn:aws:iam::111122223333:role/acme-app
    duration: 1h
    maxDuration: 1h
    webIdentity: minted
    sessionName: '{{user}}'
    sessionTags: { tenant: acme, team: '{{team}}' }
    sourceIdentity: '{{user}}'
    policy:
      - Sid: ReadReports
        Effect: Allow
        Action: [s3:GetObject]
        Resource: 'arn:aws:s3:::acme-data/{{team}}/{{user}}/*'
      - Sid: ListOwn
        Effect: Allow
        Action: [s3:ListBucket]
        Resource: arn:aws:s3:::acme-data
        Condition: { StringLike: { 's3:prefix': '{{team}}/{{user}}/*' } }
    managedPolicies: []
`

/** Excerpts that several tests replace. */
export const RESOURCE = "'arn:aws:s3:::acme-data/{{team}}/{{user}}/*'"
export const ROLE = 'arn:aws:iam::111122223333:role/acme-app'
export const VERIFY = '{ kind: jwt }'

/** Errors of the example after one replacement, as `path|message|hint`. */
export function errorsAfter(wanted: string, replacement: string): string[] {
  if (!EXAMPLE.includes(wanted)) throw new Error(`the example does not contain ${wanted}`)
  const { errors } = compileTenant(
    EXAMPLE.replace(wanted, () => replacement),
    'acme.yaml',
  )
  return errors.map(({ path, message, hint }) => `${path}|${message}|${hint}`)
}
