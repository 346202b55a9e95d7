/** Changed statements in two versions of a tenant: which requests are gained, and which lost. */
import { describe, expect, it } from 'vitest'
import { BASE, changedBase, compareTexts } from './compared-documents.ts'

describe('a change of statements', () => {
  it('that widens one ARN is a gain, with the shortest request, and a loss in reverse', () => {
    const narrower = changedBase('acme/{{user}}/*', 'acme/{{user}}/a/*')
    const request = {
      action: 's3:getobject',
      resource: 'arn:aws:s3:::acme/{{user}}/',
      context: {},
    }
    const change = { tenant: 'acme', part: 'grant reports', what: 'statement Read allows', request }
    expect(compareTexts(narrower, BASE)).toEqual([{ ...change, effect: 'gain' }])
    expect(compareTexts(BASE, narrower)).toEqual([{ ...change, effect: 'loss' }])
  })

  it('that moves a path is both', () => {
    const moved = changedBase('acme/{{user}}/*', 'acme/{{user}}/2026/*')
    expect(compareTexts(BASE, moved).map(({ effect }) => effect)).toEqual(['loss'])
    const other = changedBase('arn:aws:s3:::acme/{{user}}/*', 'arn:aws:s3:::beta/{{user}}/*')
    expect(compareTexts(BASE, other).map(({ effect }) => effect)).toEqual(['gain', 'loss'])
  })

  it('that takes from a Deny is a gain', () => {
    const less = changedBase('acme/*/secret/*', 'acme/*/secret/keys/*')
    expect(compareTexts(BASE, less)).toMatchObject([
      { effect: 'gain', part: 'grant reports', what: 'statement Keep no longer denies' },
    ])
    expect(compareTexts(less, BASE).map(({ effect }) => effect)).toEqual(['loss'])
  })

  it('that adds a statement inside another, or an equal Deny, is none', () => {
    const more = changedBase(
      '      - Sid: Keep',
      `      - Sid: Again
        Effect: Allow
        Action: s3:GetObject
        Resource: 'arn:aws:s3:::acme/{{user}}/a/*'
      - Sid: Keep`,
    )
    expect(compareTexts(BASE, more)).toEqual([])
  })
})
