/** Conditions of a policy: Ceph decides as the evaluator of the broker, with named exceptions. */
import { ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3'
import type { PolicyStatement } from '@token-broker/core'
import { expect, it } from 'vitest'
import { BUCKET, ROLES, type Statement } from './ceph-tenants.ts'
import { describeAtCeph } from './describe-at-ceph.ts'
import { evaluatedOutcome } from './evaluated-outcome.ts'
import { connectS3, outcomeOf } from './s3-actions.ts'
import { USERS } from './users.ts'

const RESOURCE = `arn:aws:s3:::${BUCKET}`
/** A grant in which every policy lies; its role allows everything in the bucket. */
const WIDE = {
  role: 'arn:aws:iam:::role/acme-app',
  policy: [{ Sid: 'All', Effect: 'Allow', Action: 's3:*', Resource: '*', shared: true }],
}
/** What each session lists. */
const LISTINGS = ['acme/red/', 'ACME/red/', 'beta/'].flatMap((prefix) =>
  [5, 50].map((maxKeys) => ({ prefix, maxKeys })),
)

type Conditions = NonNullable<Statement['Condition']>
const when = (operator: string, value: string, key = 's3:prefix'): Conditions => ({
  [operator]: { [key]: value },
})

const SAME: readonly Conditions[] = [
  when('StringEquals', 'acme/red/'),
  when('StringNotEquals', 'beta/'),
  when('StringEqualsIgnoreCase', 'ACME/RED/'),
  when('StringNotEqualsIgnoreCase', 'ACME/RED/'),
  when('StringLike', 'acme/*'),
  when('StringLike', '????/*'),
  when('StringNotLike', 'acme/*'),
  when('StringLikeIfExists', 'acme/*'),
  when('ForAllValues:StringEquals', 'acme/red/'),
  when('ForAnyValue:StringLike', 'acme/*'),
  when('Null', 'true'),
  // The listings have no delimiter.
  when('StringEquals', '/', 's3:delimiter'),
  when('StringEqualsIfExists', '/', 's3:delimiter'),
  when('ForAllValues:StringEquals', '/', 's3:delimiter'),
  when('ForAnyValue:StringEquals', '/', 's3:delimiter'),
  when('Null', 'true', 's3:delimiter'),
  ...['Equals', 'NotEquals', 'LessThan', 'LessThanEquals', 'GreaterThan', 'GreaterThanEquals'].map(
    (name) => when(`Numeric${name}`, '5', 's3:max-keys'),
  ),
  when('DateGreaterThan', '2020-01-01T00:00:00Z', 'aws:CurrentTime'),
  when('DateLessThan', '2020-01-01T00:00:00Z', 'aws:CurrentTime'),
  when('DateLessThan', '4102444800', 'aws:EpochTime'),
  when('IpAddress', '127.0.0.0/8', 'aws:SourceIp'),
  when('IpAddress', '192.0.2.0/24', 'aws:SourceIp'),
  when('NotIpAddress', '192.0.2.0/24', 'aws:SourceIp'),
  // Over http, Ceph's requests do not have this key; those of AWS always do.
  when('Bool', 'false', 'aws:SecureTransport'),
  when('BoolIfExists', 'true', 'aws:SecureTransport'),
  { ...when('StringLike', 'acme/*'), ...when('NumericLessThan', '50', 's3:max-keys') },
]

/** Where Ceph denies what AWS allows. It never allows more. */
const DIFFERENT: readonly (readonly [why: string, Conditions])[] = [
  ['a negated operator is false for an absent key', when('StringNotEquals', '/', 's3:delimiter')],
  ['Null: false is false for a key that is present', when('Null', 'false')],
  ['condition keys are compared with their case', when('StringLike', 'acme/*', 'S3:PREFIX')],
]

describeAtCeph('conditions at Ceph', { acme: { wide: WIDE } }, (environment) => {
  it.each(SAME)('%j', async (condition) => {
    const rows = await listWith(condition)
    expect(rows.filter(({ ceph, evaluated }) => ceph !== evaluated)).toEqual([])
  })

  it.each(DIFFERENT)('unlike at AWS, %s', async (_, condition) => {
    const different = (await listWith(condition)).filter(
      ({ ceph, evaluated }) => ceph !== evaluated,
    )
    expect(different.length).toBeGreaterThan(0)
    for (const row of different) expect(row).toMatchObject({ ceph: 'denied', evaluated: 'allowed' })
  })

  async function listWith(Condition: Conditions) {
    const policy: Statement[] = [
      { Effect: 'Allow', Action: 's3:ListBucket', Resource: RESOURCE, Condition },
    ]
    const { ceph, assumeRole, tokenOf } = environment()
    const keys = await assumeRole(await tokenOf(USERS.alice), 'acme', 'wide', policy)
    const session = connectS3(ceph.endpoint, keys)
    try {
      return await Promise.all(LISTINGS.map((listing) => list(session, listing, policy)))
    } finally {
      session.destroy()
    }
  }
})

async function list(
  session: S3Client,
  { prefix, maxKeys }: (typeof LISTINGS)[number],
  policy: readonly PolicyStatement[],
) {
  const command = new ListObjectsV2Command({ Bucket: BUCKET, Prefix: prefix, MaxKeys: maxKeys })
  const { outcome } = await outcomeOf(session.send(command))
  const context = {
    's3:prefix': prefix,
    's3:max-keys': String(maxKeys),
    'aws:CurrentTime': new Date().toISOString(),
    'aws:EpochTime': String(Math.floor(Date.now() / 1000)),
    'aws:SourceIp': '127.0.0.1',
  }
  const evaluated = evaluatedOutcome({ action: 's3:ListBucket', resource: RESOURCE, context }, [
    ROLES['acme-app']?.policy ?? [],
    policy,
  ])
  return { prefix, maxKeys, ceph: outcome, evaluated }
}
