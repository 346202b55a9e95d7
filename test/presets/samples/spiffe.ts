/**
 * A token of SPIRE, a JWT-SVID.
 * @see https://github.com/spiffe/spiffe/blob/main/standards/JWT-SVID.md
 */
import { discoveredAt } from '../discovery-documents.ts'
import type { ProviderSample } from '../provider-sample.ts'

const ISSUER = 'https://oidc.acme.example'
const SUBJECT = 'spiffe://acme.example/ns/production/sa/report-writer'

export const SPIFFE: ProviderSample = {
  kind: 'spiffe',
  algorithm: 'ES256',
  foreignAlgorithm: 'EdDSA',
  header: { typ: 'JOSE' },
  claims: { aud: ['https://broker.example'], sub: SUBJECT, iss: ISSUER },
  lifetimeSeconds: 300,
  documents: discoveredAt(ISSUER, `${ISSUER}/keys`),
  subject: SUBJECT,
  resource: 'arn:aws:s3:::acme-reports/ns/production/sa/report-writer/*',
  otherApplication: { aud: ['spiffe://acme.example/database'] },
  otherTenant: { iss: 'https://oidc.evil.example' },
  mistakes: {
    'A JWT-SVID without `iss`': { iss: undefined },
    'A JWT-SVID with several audiences': { aud: ['https://broker.example', 'vault'] },
    'A workload whose id has another form': { sub: 'spiffe://acme.example/report-writer' },
    'A workload of a federated trust domain': {
      sub: 'spiffe://partner.example/ns/production/sa/report-writer',
    },
  },
}
