/** The tenant documents of the broker that gets requests with mistakes. */
import { ORCHARD, replaceOnce, SAMPLE_KEY } from './orchard.ts'
import { TRUST_DOCUMENT } from './trust-mistakes.ts'

export const POOL_ID = 'eu-central-1:5f1e0b4c-7a2d-4c9e-8f3a-1b6d2e0c9a74'

const ROLE = 'arn:aws:iam::111122223333:role'
const VERIFY = { kind: 'jwt', keys: [SAMPLE_KEY] }

/** A document with one issuer, one attribute and one grant, with other fields in its place. */
function smallTenant(
  tenant: string,
  issuer: Readonly<Record<string, unknown>>,
  rules: readonly object[] = [{ name: 'everybody', grant: 'own' }],
): string {
  const policy = [
    {
      Sid: 'Own',
      Effect: 'Allow',
      Action: 's3:GetObject',
      Resource: `arn:aws:s3:::${tenant}/{{user}}/*`,
    },
  ]
  return JSON.stringify({
    tenant,
    issuers: [{ verify: VERIFY, ...issuer }],
    attributes: { user: { from: 'claims.sub' } },
    rules,
    grants: { own: { role: `${ROLE}/${tenant}-own`, policy } },
  })
}

const shared = (name: string) => ({
  issuer: `https://id.${name}.example`,
  audiences: [`${name}-app`],
})

/** By the name of the file. */
export const WORLD_DOCUMENTS: Readonly<Record<string, string>> = {
  'orchard.yaml': replaceOnce(
    ORCHARD,
    'allowedOrigins:',
    `identityPools:
  - id: ${POOL_ID}
    secret: demo-pool
    logins: { orchard: https://id.orchard.example }
allowedOrigins:`,
  ),
  'packers.json': smallTenant('packers', shared('packers')),
  'bound.json': smallTenant('bound', { ...shared('bound'), proofOfPossession: 'required' }),
  'north.json': smallTenant('north', { ...shared('shared'), member: 'claims.farm == "north"' }),
  'south.json': smallTenant('south', { ...shared('shared'), member: 'claims.farm == "south"' }),
  'twice-a.json': smallTenant('twice-a', { ...shared('twice'), member: 'claims.team != "blue"' }),
  'twice-b.json': smallTenant('twice-b', { ...shared('twice'), member: 'claims.team != "green"' }),
  'trust.json': TRUST_DOCUMENT,
  'harvest.json': smallTenant('harvest', shared('harvest'), [
    { name: 'growers harvest', when: 'claims.groups.contains("growers")', grant: 'own' },
  ]),
}
