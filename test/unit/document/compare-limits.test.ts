/** Changed limits in two versions of a tenant: a gain, a loss, or unknown which. */
import { describe, expect, it } from 'vitest'
import { BASE, compareTexts } from './compared-documents.ts'

describe('a change of limits', () => {
  const limited = (limits: object) => `${BASE}limits: ${JSON.stringify(limits)}\n`
  const five = { requestsPerSecond: 5, burst: 10 }

  it.each([
    ['a new one', {}, { tenant: five }, ['loss']],
    ['one that is removed', { tenant: five }, {}, ['gain']],
    ['a higher rate', { subject: five }, { subject: { ...five, requestsPerSecond: 6 } }, ['gain']],
    ['a smaller burst', { subject: five }, { subject: { ...five, burst: 9 } }, ['loss']],
    [
      'a higher rate and a smaller burst',
      { clientAddress: five },
      { clientAddress: { requestsPerSecond: 6, burst: 9 } },
      ['unknown'],
    ],
    [
      'the same in other words',
      { tenant: five },
      { tenant: { requestsPerMinute: 300, burst: 10 } },
      [],
    ],
  ])('%s', (_, before, after, effects) => {
    const changes = compareTexts(limited(before), limited(after))
    expect(changes.map(({ effect }) => effect)).toEqual(effects)
  })

  it('says both limits', () => {
    expect(compareTexts(BASE, limited({ subject: { requestsPerMinute: 30 } }))).toEqual([
      {
        ...{ tenant: 'acme', part: 'limits.subject', effect: 'loss' },
        what: 'the limit of the stage, if any, before, 30 requests in 60 s and 30 at once now',
      },
    ])
  })
})
