/** Grants for single tests: those that Ceph refuses, and those that it treats unlike AWS. */
import type { ExtraGrants } from './ceph-environment.ts'
import { TENANTS } from './ceph-tenants.ts'

const DATA = 'arn:aws:s3:::data'
const role = (name: string) => `arn:aws:iam:::role/${name}`
/** Shared, because other grants give parts of the bucket to one caller. */
const reading = (roleName: string, Resource: string, more: object = {}) => ({
  role: role(roleName),
  policy: [{ Effect: 'Allow', Action: 's3:GetObject', Resource, shared: true }],
  ...more,
})

export const REFUSED_GRANTS: ExtraGrants = {
  acme: {
    variable: reading('acme-app', `${DATA}/teams/\${aws:PrincipalTag/team}/*`, {
      sessionTags: { team: '{{team}}' },
    }),
    userId: {
      role: role('acme-app'),
      policy: [
        {
          ...{ Effect: 'Allow', Action: 's3:ListBucket', Resource: DATA },
          Condition: { StringLike: { 's3:prefix': '${aws:userid}/*' } },
        },
      ],
    },
    colon: reading('acme-app', `${DATA}/a:b/*`),
    long: reading('acme-app', `${DATA}/*`, { maxDuration: '12h' }),
    nowhere: reading('no-such-role', `${DATA}/*`),
  },
  beta: { stray: reading('acme-app', `${DATA}/*`) },
}

export const DIFFERING_GRANTS: ExtraGrants = {
  acme: {
    middle: {
      role: role('acme-app'),
      policy: [
        { Effect: 'Allow', Action: 's3:GetObject', Resource: `${DATA}/acme/*`, shared: true },
        { Effect: 'Deny', Action: 's3:GetObject', Resource: `${DATA}/acme/*/closed/*` },
      ],
    },
    managed: {
      ...TENANTS.acme.own,
      managedPolicies: ['arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess'],
    },
  },
}
