/** What the player made on this device: it is kept here first, and saved in the tables later. */
import { nowMs, randomId } from '../browser-platform.ts'
import type { DeviceStore } from '../data/device-store.ts'
import { type LocalPicture, readLocalPicture, writeLocalPicture } from '../data/local-picture.ts'
import { readLocalProfile, writeLocalProfile } from '../data/local-profile.ts'
import { cleanName, type Profile } from '../data/merge-profiles.ts'
import { enqueueScore, queuedScores } from '../data/score-queue.ts'
import { IDENTITY_KEY, keptLogins } from '../sign-in/kept-logins.ts'

export interface KeptProgress {
  profile(): Profile
  editProfile(change: Partial<Pick<Profile, 'name' | 'lamp'>>): void
  picture(): LocalPicture | undefined
  keepPicture(picture: LocalPicture): void
  /** @returns whether the device could keep it */
  keepScore(score: number): boolean
  /** Scores that are not in the table. */
  unsaved(): number
  /** What would be lost with this device, in words; empty if nothing. */
  describeUnsaved(): string
}

/** @param tab `sessionStorage`, where the logins are */
export function createKeptProgress(device: DeviceStore, tab: DeviceStore): KeptProgress {
  // A user, or the guest of this device, who may not have an id yet.
  const owner = () => (keptLogins(tab).length === 0 ? '' : (tab.get(IDENTITY_KEY) ?? ''))
  const change = (next: (mine: Profile) => Profile) => {
    const local = readLocalProfile(device, owner())
    writeLocalProfile(device, owner(), { ...local, mine: next(local.mine) })
  }
  const profile = () => readLocalProfile(device, owner()).mine
  return {
    profile,
    editProfile: ({ name, lamp }) =>
      change((mine) => ({
        ...mine,
        ...(name === undefined ? {} : { name: cleanName(name) }),
        ...(lamp === undefined ? {} : { lamp }),
      })),
    picture: () => readLocalPicture(device, owner()),
    keepPicture: (picture: LocalPicture) => writeLocalPicture(device, owner(), picture),
    keepScore(score) {
      const { name } = profile()
      const at = Math.floor(nowMs() / 1000)
      const isKept = enqueueScore(device, { round: randomId(), score, name, at, owner: owner() })
      change((mine) => ({ ...mine, best: Math.max(mine.best, score) }))
      return isKept
    },
    unsaved: () => queuedScores(device).length,
    describeUnsaved() {
      const scores = queuedScores(device).length
      const local = readLocalProfile(device, owner())
      return [
        scores > 0 ? `${scores} ${scores === 1 ? 'score' : 'scores'}` : '',
        local.mine.name === local.base.name ? '' : 'your name',
        readLocalPicture(device, owner())?.isUnsaved ? 'your picture' : '',
      ]
        .filter((part) => part !== '')
        .join(', ')
    },
  }
}
