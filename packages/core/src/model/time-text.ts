/** Times of tokens as people read them. */

/** The last second that every date library can represent: 9999-12-31T23:59:59Z. */
export const LAST_SECOND = 253_402_300_799

/** Whether a value is a number of seconds since 1970 (RFC 7519 §2, NumericDate). */
export function isUnixTime(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= LAST_SECOND
}

/** @returns ISO 8601 in UTC, in whole seconds: `2026-11-26T05:09:18Z` */
export function timeText(seconds: number): string {
  return new Date(Math.floor(seconds) * 1000).toISOString().replace('.000', '')
}
