/** Statements about a guest that a login claimed only read; the grant of guests needs no rule. */
import { describe, expect, it } from 'vitest'
import { documentWith, findingsOf } from './lint-text.ts'

function documentOf(action: string, slot = 'guest') {
  return documentWith(`identityPools:
  - id: eu-central-1:0f7c1a52-9a54-4a0e-8f3f-2c5f0d6b7e81
    secret: orchard-pool
    logins: { id.orchard.example: https://id.orchard.example }
    guests: { enabled: false, grant: visitors }
    linking: true
grants:
  own:
    role: arn:aws:iam::111122223333:role/orchard
    policy:
      - { Effect: Allow, Action: ${action}, Resource: 'arn:aws:s3:::home/{{${slot}}}/*' }
  visitors:
    role: arn:aws:iam::111122223333:role/orchard-visitors
    policy:
      - { Effect: Allow, Action: s3:GetObject, Resource: 'arn:aws:s3:::home/{{identity}}/*' }
`)
}

describe('a statement with {{guest}}', () => {
  it.each(['s3:GetObject', '[s3:GetObject, s3:GetObjectTagging]', 's3:Get*', 's3:getobject'])(
    'may allow %s',
    (action) => {
      expect(findingsOf(documentOf(action))).toEqual([])
    },
  )

  it.each([
    's3:PutObject',
    's3:*',
    "'*'",
    's3:DeleteObject',
    's3:PutObjectTagging',
    'S3:putobject',
  ])('must not allow %s', (action) => {
    const found = findingsOf(documentOf(action))
    expect(found).toContain('guest-slot-with-writes grants.own.policy[0].Action')
  })

  it('is reported for each action that writes', () => {
    const found = findingsOf(documentOf('[s3:GetObject, s3:PutObject, s3:DeleteObject]'))
    expect(found).toEqual([
      'guest-slot-with-writes grants.own.policy[0].Action[1]',
      'guest-slot-with-writes grants.own.policy[0].Action[2]',
    ])
  })
})

it('a statement with {{identity}} may write', () => {
  expect(findingsOf(documentOf('s3:PutObject', 'identity'))).toEqual([])
})
