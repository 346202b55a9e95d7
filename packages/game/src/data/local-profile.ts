/** The profile as this device knows it, with the changes that are not yet saved. */
import type { DeviceStore } from './device-store.ts'
import { isSameProfile, NEW_PROFILE, type Profile } from './merge-profiles.ts'

export interface LocalProfile {
  /** As it was in the table when this device read or saved it. */
  readonly base: Profile
  /** As the player wants it. */
  readonly mine: Profile
}

const PREFIX = 'marsh.profile.'

/** @param owner a user; empty for the guest of this device */
export function readLocalProfile(store: DeviceStore, owner: string): LocalProfile {
  try {
    const { base, mine }: Record<string, unknown> = JSON.parse(store.get(PREFIX + owner) ?? '{}')
    if (isProfile(base) && isProfile(mine)) return { base, mine }
  } catch {
    // Not readable: as if there were none. What was saved is in the table.
  }
  return { base: NEW_PROFILE, mine: NEW_PROFILE }
}

export function writeLocalProfile(store: DeviceStore, owner: string, profile: LocalProfile): void {
  store.set(PREFIX + owner, JSON.stringify(profile))
}

export function forgetLocalProfile(store: DeviceStore, owner: string): void {
  store.remove(PREFIX + owner)
}

export function hasUnsavedChanges({ base, mine }: LocalProfile): boolean {
  return !isSameProfile(base, mine)
}

function isProfile(value: unknown): value is Profile {
  const field = (name: string): unknown =>
    typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
  return (
    typeof field('name') === 'string' &&
    typeof field('lamp') === 'string' &&
    Number.isFinite(field('version')) &&
    Number.isFinite(field('best'))
  )
}
