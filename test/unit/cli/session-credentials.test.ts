/** How long cached credentials are fresh, even if the clock was wrong when they were issued. */
import { expect, it } from 'vitest'
import { isFresh } from '../../../packages/cli/src/session/session-credentials.ts'

const HOUR_MS = 3_600_000
const TRUE_TIME = Date.UTC(2026, 0, 1)

it.each([
  ['are fresh when they are issued', 0, true],
  ['are fresh 11 minutes before they expire', 49 * 60_000, true],
  ['are not fresh 10 minutes before they expire', 50 * 60_000, false],
  ['are not fresh before they were issued', -1, false],
])('credentials %s', (_, afterMs, fresh) => {
  expect(isFresh(obtainedAt(TRUE_TIME), TRUE_TIME + afterMs)).toBe(fresh)
})

it('credentials that have expired are never fresh, even if the clock was a day ahead', () => {
  const credentials = obtainedAt(TRUE_TIME + 24 * HOUR_MS)
  for (let hour = 1; hour <= 48; hour++)
    expect(isFresh(credentials, TRUE_TIME + hour * HOUR_MS)).toBe(false)
})

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
