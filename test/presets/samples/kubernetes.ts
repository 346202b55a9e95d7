/**
 * A token of a cluster, for a service account.
 * @see https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/#serviceaccount-token-volume-projection
 */
import { discoveredAt } from '../discovery-documents.ts'
import type { ProviderSample } from '../provider-sample.ts'

const ISSUER = 'https://kubernetes.acme.example'
const SUBJECT = 'system:serviceaccount:production:report-writer'

export const KUBERNETES: ProviderSample = {
  kind: 'kubernetes',
  algorithm: 'RS256',
  foreignAlgorithm: 'EdDSA',
  header: {},
  claims: {
    aud: ['https://broker.example'],
    iss: ISSUER,
    jti: '7ff720a1-285e-4518-b20f-586a752db523',
    'kubernetes.io': {
      namespace: 'production',
      node: { name: 'worker-1', uid: '58456cb0-dd00-45ed-b797-5578fdceaced' },
      pod: { name: 'report-writer-7d4b9c', uid: '49ad3572-b3dd-43a6-8d77-5858d3660275' },
      serviceaccount: { name: 'report-writer', uid: 'f5720c1d-e152-4356-a897-11b07aff165d' },
    },
    nbf: 1700000000,
    sub: SUBJECT,
  },
  lifetimeSeconds: 3600,
  documents: discoveredAt(ISSUER, `${ISSUER}/openid/v1/jwks`),
  keySetType: 'application/jwk-set+json',
  subject: SUBJECT,
  resource: 'arn:aws:s3:::acme-reports/production/report-writer/*',
  otherApplication: { aud: ['vault'] },
  otherTenant: { iss: 'https://other-cluster.acme.example' },
  mistakes: {
    'The token that every pod has': { aud: [ISSUER] },
    'A token with several audiences': { aud: ['https://broker.example', 'vault'] },
    'A token of another namespace': {
      sub: 'system:serviceaccount:playground:report-writer',
      'kubernetes.io': { namespace: 'playground', serviceaccount: { name: 'report-writer' } },
    },
    'The token of a secret (before Kubernetes 1.24)': { iss: 'kubernetes/serviceaccount' },
  },
}
