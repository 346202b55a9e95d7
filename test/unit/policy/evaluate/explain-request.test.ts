/** What is explained of a request: the statement that decides or comes nearest, and the change. */
import { describe, expect, it } from 'vitest'
import type { PolicyStatement } from '../../../../packages/core/src/model/compiled-tenant.ts'
import { explainRequest } from '../../../../packages/core/src/policy/evaluate/explain-request.ts'

const READ: PolicyStatement = {
  ...{ Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::data/*' },
}
const LIST: PolicyStatement = {
  ...{ Effect: 'Allow', Action: 's3:ListBucket', Resource: 'arn:aws:s3:::data' },
  Condition: { StringLike: { 's3:prefix': 'red/*' } },
}
const INSECURE: PolicyStatement = {
  ...{ Effect: 'Deny', Action: '*', Resource: '*' },
  Condition: { Bool: { 'aws:SecureTransport': 'false' } },
}

function requestOf(
  action: string,
  resource: string,
  context: Readonly<Record<string, readonly string[]>> = {},
) {
  return { action, resource, context: new Map(Object.entries(context)) }
}

describe('the explanation', () => {
  it('of a request that is allowed names the statement, and no change', () => {
    const request = requestOf('s3:GetObject', 'arn:aws:s3:::data/a')
    expect(explainRequest([LIST, READ], request)).toEqual({
      verdict: { verdict: 'allowed', statement: 1 },
      nearest: {
        index: 1,
        statement: READ,
        parts: [
          { part: 'action', matches: true },
          { part: 'resource', matches: true },
        ],
      },
      change: undefined,
    })
  })

  it('of a request that a Deny denies names the Deny', () => {
    const request = requestOf('s3:GetObject', 'arn:aws:s3:::data/a', {
      'aws:securetransport': ['false'],
    })
    const { verdict, nearest, change } = explainRequest([READ, INSECURE], request)
    expect(verdict).toEqual({ verdict: 'denied', statement: 1 })
    expect(nearest?.index).toBe(1)
    expect(nearest?.parts.map(({ matches }) => matches)).toEqual([true, true, true])
    expect(change).toEqual({
      statement: 0,
      context: new Map([['aws:securetransport', ['true']]]),
    })
  })

  it('of a request that nothing allows names the statement that the change makes apply', () => {
    const request = requestOf('s3:ListBucket', 'arn:aws:s3:::data', { 's3:prefix': ['blue/'] })
    const { verdict, nearest, change } = explainRequest([READ, LIST], request)
    expect(verdict).toEqual({ verdict: 'denied', statement: undefined })
    expect(nearest?.index).toBe(1)
    expect(nearest?.parts.map(({ part, matches }) => [part, matches])).toEqual([
      ['action', true],
      ['resource', true],
      ['condition', false],
    ])
    expect(change).toEqual({ statement: 1, context: new Map([['s3:prefix', ['red/']]]) })
  })

  it('of a request that may be allowed names the statement that is nearest', () => {
    const request = requestOf('s3:ListBucket', 'arn:aws:s3:::data')
    const { verdict, nearest, change } = explainRequest([READ, LIST], request)
    expect(verdict.verdict).toBe('unknown')
    expect(nearest?.index).toBe(1)
    expect(nearest?.parts.at(-1)?.matches).toBeUndefined()
    expect(change?.statement).toBe(1)
  })

  it('without a change names the Allow of which the fewest parts fail', () => {
    const nobody: PolicyStatement = { Effect: 'Deny', Action: '*', Resource: '*' }
    const request = requestOf('s3:ListBucket', 'arn:aws:s3:::data')
    // The Deny decides.
    expect(explainRequest([READ, LIST, nobody], request).nearest?.index).toBe(2)
    const impossible: PolicyStatement = {
      ...LIST,
      Condition: { NumericEquals: { 's3:max-keys': ['none'] } },
    }
    const elsewhere: PolicyStatement = { ...nobody, Action: 's3:GetObject' }
    const others: PolicyStatement = { Effect: 'Allow', NotAction: '*', Resource: '*:x' }
    const { nearest, change } = explainRequest([elsewhere, others, impossible], request)
    expect(change).toBeUndefined()
    expect(nearest?.index).toBe(2)
  })

  it('of a policy without statements names none', () => {
    expect(explainRequest([], requestOf('s3:GetObject', '*'))).toEqual({
      verdict: { verdict: 'denied', statement: undefined },
      nearest: undefined,
      change: undefined,
    })
  })
})
