/** Durations as people write them: `15m`, `1h30m`, `900s`. */

export const DURATION = /^(?=\d)(?:(\d{1,5})h)?(?:(\d{1,5})m)?(?:(\d{1,6})s)?$/

/** @returns seconds, or undefined where the text is no duration */
export function parseDuration(text: string): number | undefined {
  const found = DURATION.exec(text)
  if (!found) return undefined
  const [, hours = '0', minutes = '0', seconds = '0'] = found
  return Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)
}
