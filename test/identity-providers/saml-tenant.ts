/** A tenant whose callers are users of a SAML identity provider. */
import { SERVICE_PROVIDERS } from './providers/identity-provider.ts'
import type { RunningSamlProvider } from './providers/start-provider.ts'

const SAML_BUCKET = 'arn:aws:s3:::data'
const ACCOUNT = 'arn:aws:iam::111122223333'

/** By which the callers of `AssumeRoleWithSAML` name the provider. */
export const PROVIDER_ARN = `${ACCOUNT}:saml-provider/staff`

/** Users of the provider's tenant `acme` read what is theirs, by their team or their group. */
export function samlDocument({ entityId, metadataUrl }: RunningSamlProvider): string {
  const { entityId: audience, consumerUrl } = SERVICE_PROVIDERS.broker
  const grant = (name: string, folder: string) => `
  ${name}:
    role: ${ACCOUNT}:role/saml
    sessionName: '{{user}}'
    sourceIdentity: '{{user}}'
    sessionTags: { tenant: acme, team: '{{team}}' }
    policy:
      - Sid: Read
        Effect: Allow
        Action: s3:GetObject
        Resource: '${SAML_BUCKET}/${folder}/{{user}}/*'`
  return `
tenant: saml
issuers:
  - issuer: ${entityId}
    verify:
      kind: saml
      metadataUrl: ${metadataUrl}
      recipients: ['${consumerUrl}']
      multiValued: [groups]
      principalArn: '${PROVIDER_ARN}'
    audiences: ['${audience}']
    member: claims.tenant == "acme"
attributes:
  user: { from: claims.uid }
  team: { from: claims.team, pattern: '[a-z]{1,16}' }
rules:
  - { name: support helps, when: '"support" in claims.groups', grant: support }
  - { name: users read what is theirs, grant: own }
grants:${grant('support', 'support')}${grant('own', 'users/{{team}}')}
`
}
