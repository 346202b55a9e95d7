/** A player's profile, and what becomes of it if two devices change it. */

export interface Profile {
  /** 0 if there is no row yet. Each save adds one. */
  readonly version: number
  readonly name: string
  /** The color of the lantern's glass. */
  readonly lamp: string
  /** The best score. */
  readonly best: number
}

export const LAMPS = ['honey', 'rose', 'mint', 'sky', 'violet'] as const
export const NAME_LENGTH = 20
export const NEW_PROFILE: Profile = { version: 0, name: 'Wanderer', lamp: 'honey', best: 0 }

/**
 * The rule: what only one device changed is kept. Where both changed the same, this device's
 * change is kept, and the player sees that. The best score is the higher one.
 *
 * @param base what this device had before its change
 * @param stored what another device saved meanwhile; its version is the result's
 */
export function mergeProfiles(base: Profile, mine: Profile, stored: Profile) {
  const overwritten: { readonly field: 'name' | 'lamp'; readonly theirs: string }[] = []
  const pick = (field: 'name' | 'lamp') => {
    if (mine[field] === base[field]) return stored[field]
    if (stored[field] !== base[field] && stored[field] !== mine[field])
      overwritten.push({ field, theirs: stored[field] })
    return mine[field]
  }
  const profile: Profile = {
    version: stored.version,
    name: pick('name'),
    lamp: pick('lamp'),
    best: Math.max(mine.best, stored.best),
  }
  return { profile, overwritten }
}

export function isSameProfile(a: Profile, b: Profile): boolean {
  return a.name === b.name && a.lamp === b.lamp && a.best === b.best
}

/** As a player may type it: without line breaks and control characters, and not too long. */
export function cleanName(typed: string): string {
  const name = [...typed.replace(/[\p{C}\p{Z}]+/gu, ' ').trim()].slice(0, NAME_LENGTH).join('')
  return name === '' ? NEW_PROFILE.name : name
}
