/** When credentials that are kept are still fresh, whatever the clock said when they came. */
import { expect, it } from 'vitest'
import { isFresh } from '../../../packages/cli/src/session/credentials.ts'

const HOUR_MS = 3_600_000
const TRUE_TIME = Date.UTC(2026, 0, 1)

function obtainedAt(obtainedAtMs: number) {
  const expiration = new Date(TRUE_TIME + HOUR_MS).toISOString()
  return {
    accessKeyId: 'ASIA',
    secretAccessKey: 'secret',
    sessionToken: 'token',
    accountId: undefined,
    expiration,
    obtainedAtMs,
  }
}

it.each([
  ['as they come', 0, true],
  ['11 minutes before they expire', 49 * 60_000, true],
  ['10 minutes before they expire', 50 * 60_000, false],
  ['before they came', -1, false],
])('%s', (_, afterMs, fresh) => {
  expect(isFresh(obtainedAt(TRUE_TIME), TRUE_TIME + afterMs)).toBe(fresh)
})

it('never after they expired, where the clock was a day ahead when they came', () => {
  const credentials = obtainedAt(TRUE_TIME + 24 * HOUR_MS)
  for (let hour = 1; hour <= 48; hour++)
    expect(isFresh(credentials, TRUE_TIME + hour * HOUR_MS)).toBe(false)
})
