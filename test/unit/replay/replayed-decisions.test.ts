/** The check of every test broker notices each member of a decision that is not the same. */
import { describe, expect, it } from 'vitest'
import { replayDecisions, withRecordedInputs } from '../../fixtures/replayed-decisions.ts'
import { recordDecisions } from './recorded-decisions.ts'

describe('replayed decisions', () => {
  it('are those that were recorded', async () => {
    const { lines, tenants } = await recordDecisions()
    expect(await replayDecisions(lines, tenants)).toEqual({ compared: lines.length, failed: 0 })
  })

  it.each([
    ['outcome', { outcome: 'refused' }],
    ['reason', { reason: 'another one' }],
    ['rule', { rule: 'another rule' }],
    ['grant', { grant: 'write' }],
    ['roleArn', { roleArn: 'arn:aws:iam::111122223333:role/other' }],
    ['roleSessionName', { roleSessionName: 'bob-aaaaaaaaaaaaaaaa' }],
    ['sessionTags', { sessionTags: { team: 'blue' } }],
    ['policySha256', { policySha256: '00' }],
    ['durationSeconds', { durationSeconds: 901 }],
    ['documentSha256', { documentSha256: '00' }],
    ['subject', { subject: 'bob' }],
    ['webIdentity', { webIdentity: { issuer: 'http://127.0.0.1:8787', audience: 'other' } }],
  ])('differ where %s is another one', async (name, change) => {
    const { lines, tenants } = await recordDecisions()
    const [line = ''] = lines
    const changed = JSON.stringify({ ...JSON.parse(line), ...change })
    await expect(replayDecisions([changed], tenants)).rejects.toThrow(`["${name}"`)
  })

  it('differ where the code of a refusal is another one', async () => {
    const { lines, tenants } = await recordDecisions()
    const changed = lines.map((line) => line.replace('"access_denied"', '"claim_unusable"'))
    await expect(replayDecisions(changed, tenants)).rejects.toThrow('["code"')
  })

  it('differ where a recorded claim is another one', async () => {
    const { lines, tenants } = await recordDecisions()
    const changed = lines[0]?.replace('"groups":["staff"]', '"blocked":true') ?? ''
    await expect(replayDecisions([changed], tenants)).rejects.toThrow('access_denied')
  })

  it('need the claims that the document reads', async () => {
    const { tenants } = await recordDecisions()
    const [tenant] = tenants.map(withRecordedInputs)
    expect(tenant?.recordInputs?.claims).toContainEqual(['groups'])
  })
})
