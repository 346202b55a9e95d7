/** Statements are kept, joined and serialised without ever dropping a Deny. */
import { describe, expect, it } from 'vitest'
import type { PolicyStatement } from '../../../packages/core/src/model/compiled-tenant.ts'
import type { AttributeValue } from '../../../packages/core/src/policy/template.ts'
import { appendDenies } from '../../../packages/core/src/session/append-denies.ts'
import * as policies from '../../../packages/core/src/session/session-policy.ts'

const READ: PolicyStatement = { Sid: 'Read', Effect: 'Allow', Action: 'a:Read', Resource: 'r' }
const WRITE: PolicyStatement = { Sid: 'Write', Effect: 'Allow', Action: 'a:Write', Resource: 'r' }
const UNNAMED: PolicyStatement = { Effect: 'Allow', Action: 'a:List', Resource: 'r' }
const KEEP: PolicyStatement = { Sid: 'Keep', Effect: 'Deny', Action: 'a:Delete', Resource: 'r' }
const TOO_LARGE =
  'The session policy has 2049 characters with what the grant denies and with managed policies; ' +
  'STS accepts 2048. Request fewer statements, or a shorter policy.'
const NEVER: PolicyStatement = { Effect: 'Deny', Action: 'a:Admin', Resource: 'r' }

describe('keepStatements', () => {
  const ALL = [READ, KEEP, WRITE, UNNAMED, NEVER]
  it.each([
    [['Read'], [READ, KEEP, NEVER]],
    [
      ['Write', 'Read'],
      [READ, KEEP, WRITE, NEVER],
    ],
    [['Keep'], []],
    [[], []],
  ])('%j keeps these and every Deny, or nothing', (sids, expected) => {
    expect(policies.keepStatements(ALL, sids)).toEqual(expected)
  })
})

describe('appendDenies', () => {
  it('keeps every Deny, once, and no Sid twice', () => {
    const named = { ...READ, Sid: 'Keep' }
    const { Sid: _, ...keepWithoutSid } = KEEP
    expect(appendDenies([READ], [KEEP, NEVER])).toStrictEqual([READ, KEEP, NEVER])
    expect(appendDenies([named], [KEEP])).toEqual([named, keepWithoutSid])
    expect(appendDenies([READ, KEEP], [KEEP])).toEqual([READ, KEEP])
    const other = { ...KEEP, Action: 'a:Other' }
    expect(appendDenies([READ, other], [KEEP])).toEqual([READ, other, keepWithoutSid])
  })
})

describe('createSessionPolicy', () => {
  it('contains the statements, or an explicit Deny of everything', () => {
    expect(policies.createSessionPolicy([READ])).toEqual({
      Version: '2012-10-17',
      Statement: [READ],
    })
    expect(policies.createSessionPolicy([]).Statement).toEqual([
      { Effect: 'Deny', Action: '*', Resource: '*' },
    ])
  })
})

describe('serializeSessionPolicy', () => {
  it('counts the policy and every managed ARN', () => {
    const policy = policies.createSessionPolicy([READ])
    const text = JSON.stringify(policy)
    expect(policies.serializeSessionPolicy(policy, [])).toBe(text)
    const rest = 2048 - text.length
    const arns = ['m'.repeat(rest - 10), 'm'.repeat(10)]
    expect(policies.serializeSessionPolicy(policy, arns)).toBe(text)
    expect(() => policies.serializeSessionPolicy(policy, [...arns, 'm'])).toThrow(
      expect.objectContaining({
        code: 'policy_too_large',
        message: TOO_LARGE,
        callerMessage: TOO_LARGE,
      }),
    )
  })
})

describe('renderStatement', () => {
  const tied: PolicyStatement = {
    ...READ,
    Condition: { NotIpAddressIfExists: { 'aws:SourceIp': ['{{ip}}', '10.0.0.0/8'] } },
  }
  const render = (ip: string) => () =>
    policies.renderStatement(tied, new Map([['ip', ip as AttributeValue]]))

  it.each(['203.0.113.7', '203.0.113.7/32', '2001:db8::1/128'])('accepts the address %s', (ip) => {
    expect(JSON.stringify(render(ip)())).toContain(JSON.stringify(ip))
  })

  // IAM's default prefix is /32 for IPv6, too.
  it.each(['2001:db8::1', '203.0.113.7/33', '203.0.113.256', 'alice', '203.0.113.7/'])(
    'refuses %s for an operator that compares addresses',
    (ip) => {
      expect(render(ip)).toThrow(
        expect.objectContaining({
          code: 'claim_unusable',
          message:
            'A value for NotIpAddressIfExists is not an address: expected IPv4, or an address ' +
            `with its prefix, found "${ip}"; let the attribute add /32 or /128.`,
        }),
      )
    },
  )

  it('compares no other values, and none that the document itself contains', () => {
    const withCondition = (operator: string, value: string) =>
      policies.renderStatement(
        { ...READ, Condition: { [operator]: { 'aws:SourceIp': value } } },
        new Map([['ip', 'alice' as AttributeValue]]),
      )
    for (const operator of ['IpAddress', 'NotIpAddress', 'ForAnyValue:ipaddressIfExists'])
      expect(() => withCondition(operator, '{{ip}}')).toThrow(operator)
    expect(withCondition('IpAddress', 'of the document').Condition?.IpAddress).toBeDefined()
    for (const operator of ['StringEquals', 'IpAddressLike'])
      expect(withCondition(operator, '{{ip}}').Condition).toEqual({
        [operator]: { 'aws:SourceIp': 'alice' },
      })
  })
})
