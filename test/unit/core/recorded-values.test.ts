/** Which values of a record are tried to find a session policy, and how many of them. */
import type { CompiledGrant, CompiledTenant, PolicyStatement } from '@token-broker/core'
import { findRecordedPolicy, type RecordedSession } from '@token-broker/core/recorded-policy'
import { describe, expect, it } from 'vitest'
import { sha256Hex } from '../../../packages/core/src/model/digest.ts'

const ON = 'arn:aws:s3:::b'
const SCOPE = { claims: {}, issuer: '', request: { ip: '192.0.2.7', endpoint: 'native' } }
const IDENTITY = { id: 'local:1', pool: 'local:0', provider: 'p', logins: [], guest: false }

function reading(Resource: string, Sid?: string): PolicyStatement {
  const statement = { Effect: 'Allow', Action: 's3:GetObject', Resource } as const
  return Sid === undefined ? statement : { Sid, ...statement }
}

interface Recorded extends Partial<RecordedSession> {
  readonly statements: readonly PolicyStatement[]
  readonly labels?: Partial<CompiledGrant>
  /** Patterns of attributes that are the claim of the same name. */
  readonly attributes?: Readonly<Record<string, string>>
  /** The statements of the recorded policy. */
  readonly policy: readonly PolicyStatement[]
}

function isFound({ statements, labels, attributes = {}, policy, ...session }: Recorded): boolean {
  const compiled = Object.entries(attributes).map(([name, pattern]) => {
    return [name, { from: `claims.${name}`, pattern, maxLength: 64, separators: '' }] as const
  })
  const tenant: Pick<CompiledTenant, 'attributes'> = { attributes: Object.fromEntries(compiled) }
  const grant = { sessionName: 'all', sessionTags: {}, ...labels, statements } as CompiledGrant
  const text = JSON.stringify({ Version: '2012-10-17', Statement: policy })
  const recorded = { sessionTags: {}, scope: SCOPE, ...session, policySha256: sha256Hex(text) }
  return findRecordedPolicy(tenant, grant, recorded) !== undefined
}

describe('in an identity pool', () => {
  const statements = [reading(`${ON}/{{identity}}/*`), reading(`${ON}/{{guest}}/*`)]

  it('the identity is that of the record, and no guest is known', () => {
    const policy = [reading(`${ON}/local:1/*`)]
    const scope = { ...SCOPE, identity: IDENTITY }
    expect(isFound({ statements, policy, scope })).toBe(true)
    expect(isFound({ statements, policy, scope: SCOPE })).toBe(false)
  })

  it('the identity may be in a tag alone', () => {
    const labels = { sessionTags: { Identity: '{{identity}}' } }
    const policy = [reading(`${ON}/local:2/*`)]
    const sessionTags = { Identity: 'local:2' }
    expect(isFound({ statements, policy, labels, sessionTags })).toBe(true)
  })
})

describe('a value', () => {
  const statements = [reading(`${ON}/{{team}}/*`)]
  const labels = { sessionTags: { Team: 'x.{{team}}' } }
  const attributes = { team: '[a-z]+' }
  const tried = (Team: string, team: string, fields: Partial<Recorded> = {}) =>
    isFound({
      ...{ statements, labels, attributes, sessionTags: { Team } },
      ...{ policy: [reading(`${ON}/${team}/*`)], ...fields },
    })

  it('is the whole text of a slot, between the other parts of the template', () => {
    expect(tried('x.red', 'red')).toBe(true)
    for (const other of ['x-red', 'yx.red', '.red', 'x.', ''])
      expect(tried(other, 'red')).toBe(false)
  })

  it('is one that the pattern of its attribute admits', () => {
    expect(tried('x.Red', 'Red')).toBe(false)
    const scope = { ...SCOPE, claims: { team: 'Red' } }
    expect(tried('', 'Red', { scope })).toBe(false)
    expect(tried('x.red', 'red', { scope })).toBe(true)
  })

  it('that only a label has may be unknown', () => {
    const others = { sessionTags: { ...labels.sessionTags, Unit: '{{unit}}' } }
    const both = { labels: others, attributes: { ...attributes, unit: '[a-z]+' } }
    expect(tried('x.red', 'red', both)).toBe(true)
  })

  it('that IAM would not read as an address is passed over', () => {
    const within = (value: string): PolicyStatement => ({
      ...reading(`${ON}/*`),
      Condition: { IpAddress: { 'aws:SourceIp': value } },
    })
    const fields = {
      statements: [within('{{team}}')],
      policy: [within('203.0.113.7')],
      labels: { sessionTags: { Team: '{{team}}' } },
      attributes: { team: '[a-z0-9.-]+' },
      scope: { ...SCOPE, claims: { team: 'no-address' } },
    }
    expect(tried('203.0.113.7', '', fields)).toBe(true)
    expect(tried('203.0.113.8', '', fields)).toBe(false)
  })
})

describe('at most 256', () => {
  it('combinations of values are tried', () => {
    const found = (attributes: number) => {
      const names = Array.from({ length: attributes }, (_, at) => `a${at}`)
      const textOf = (value: (name: string) => string) => `${ON}/${names.map(value).join('/')}`
      return isFound({
        statements: [reading(textOf((name) => `{{${name}}}`))],
        attributes: Object.fromEntries(names.map((name) => [name, '[a-z]'])),
        labels: { sessionTags: Object.fromEntries(names.map((name) => [name, `{{${name}}}`])) },
        sessionTags: Object.fromEntries(names.map((name) => [name, 'y'])),
        scope: { ...SCOPE, claims: Object.fromEntries(names.map((name) => [name, 'x'])) },
        policy: [reading(textOf(() => 'y'))],
      })
    }
    expect(found(8)).toBe(true)
    expect(found(9)).toBe(false)
  })

  it('choices of statements are tried, of those that a caller can leave out', () => {
    const named = Array.from({ length: 8 }, (_, at) => reading(`${ON}/${at}`, `S${at}`))
    const deny: PolicyStatement = { ...reading(`${ON}/no`, 'No'), Effect: 'Deny' }
    const last = named.slice(-1)
    expect(isFound({ statements: named, policy: last })).toBe(true)
    expect(isFound({ statements: [deny, ...named], policy: [deny, ...last] })).toBe(true)
    expect(isFound({ statements: [reading(`${ON}/x`), ...named], policy: last })).toBe(true)
    const nine = [reading(`${ON}/9`, 'S9'), ...named]
    expect(isFound({ statements: nine, policy: last })).toBe(false)
  })
})
