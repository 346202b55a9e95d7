/** The trust policy that the role of a made-up tenant needs, and copies of it with changes. */
import { compileTenant } from '@token-broker/core/document'
import { type TrustPolicy, trustPolicies } from '@token-broker/core/trust-policy'
import { compareTrustPolicies } from '@token-broker/core/trust-policy-differences'
import { expect } from 'vitest'

export const ISSUER = 'https://broker.example'
export const ACCOUNT = '111122223333'
export const NEEDED = neededPolicy({ sessionTags: { tenant: 'acme', team: '{{team}}' } })

export interface Statement {
  Effect: string
  Principal: Record<string, unknown>
  Action: string | string[]
  Condition: Record<string, Record<string, unknown>>
}

export function neededPolicy(grant: object): TrustPolicy {
  const { tenant, errors } = compileTenant(
    JSON.stringify({
      tenant: 'acme',
      issuers: [{ issuer: 'https://id.example', audiences: ['app'] }],
      attributes: { team: { from: 'claims.team', pattern: '[a-z]{1,9}' } },
      rules: [{ name: 'all', grant: 'files' }],
      grants: {
        files: {
          role: `arn:aws:iam::${ACCOUNT}:role/files`,
          policy: [
            { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::d/{{team}}/*' },
          ],
          ...grant,
        },
      },
    }),
    'acme.json',
  )
  expect(errors).toEqual([])
  const [policy] = Object.values(tenant ? trustPolicies([tenant], ISSUER) : {})
  if (policy === undefined) throw new Error('There is no role.')
  return policy
}

/** A copy of the needed policy, whose first statement is changed. */
export function changedPolicy(change: (statement: Statement) => void, needed = NEEDED): unknown {
  const copy = structuredClone(needed) as unknown as { Statement: Statement[] }
  for (const statement of copy.Statement.slice(0, 1)) change(statement)
  return copy
}

/** The differences of an existing policy from the needed one. */
export const differencesOf = (existing: unknown, needed = NEEDED) =>
  compareTrustPolicies(needed, existing)

/** Sets one key of a condition, whose other keys stay. */
export function setCondition(
  conditions: Statement['Condition'],
  operator: string,
  key: string,
  value: unknown,
) {
  conditions[operator] = { ...conditions[operator], [key]: value }
}
