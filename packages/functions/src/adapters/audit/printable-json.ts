/** JSON for a log, in which no character is invisible or changes how others are shown. */

/**
 * Characters of claims, user agents and upstreams' messages could otherwise hide or reorder parts
 * of a line, where a person reads it (CVE-2021-42574). JSON itself escapes only U+0000 to U+001F.
 */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu

/** @returns one line; parsers read the same value from it as without the escapes */
export function printableJson(value: object): string {
  const json = JSON.stringify(value)
  return /^[\x20-\x7e]*$/.test(json) ? json : json.replace(INVISIBLE, escapeUnits)
}

function escapeUnits(character: string): string {
  return Array.from(
    { length: character.length },
    (_, index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`,
  ).join('')
}
