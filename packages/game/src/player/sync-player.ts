/** Brings this device and the tables together, in an order in which nothing is lost. */
import { carryOver, GuestNotReadable } from '../data/carry-over.ts'
import type { DeviceStore } from '../data/device-store.ts'
import type { GameClients } from '../data/game-clients.ts'
import { forgetLocalPicture, readLocalPicture, writeLocalPicture } from '../data/local-picture.ts'
import {
  forgetLocalProfile,
  hasUnsavedChanges,
  readLocalProfile,
  writeLocalProfile,
} from '../data/local-profile.ts'
import { NEW_PROFILE, type Profile } from '../data/merge-profiles.ts'
import { savePicture } from '../data/picture-object.ts'
import { encodePng } from '../data/pixel-picture.ts'
import { readStoredProfile, saveProfile } from '../data/profiles-table.ts'
import { dequeueScore, queuedScores, reassignScores, type Score } from '../data/score-queue.ts'
import { listScores, putScore } from '../data/scores-table.ts'
import type { PlayerSession, PoolSessions } from '../sign-in/pool-sessions.ts'

interface Synchronization {
  readonly device: DeviceStore
  readonly clients: GameClients
  readonly session: PlayerSession
  readonly sessions: Pick<PoolSessions, 'guestId' | 'forgetGuest'>
  readonly notify: (text: string) => void
}

/** @returns the player's own scores, the best first */
export async function syncPlayer(work: Synchronization): Promise<readonly Score[]> {
  const { device, clients, session } = work
  const { identityId, isGuest } = session
  const owner = isGuest ? '' : identityId
  if (!isGuest) await becomeUser(work)
  await syncProfile(work, owner)
  const picture = readLocalPicture(device, owner)
  if (picture?.isUnsaved) {
    await savePicture(clients, identityId, encodePng(picture.pixels))
    writeLocalPicture(device, owner, { ...picture, isUnsaved: false })
  }
  for (const queued of queuedScores(device)) {
    if (queued.owner !== owner) continue
    await putScore(clients, identityId, queued, !isGuest)
    // A crash before this line sends the score again, and the row stays as it is.
    dequeueScore(device, queued)
  }
  const scores = await listScores(clients, identityId)
  return scores.toSorted((a, b) => b.score - a.score || a.at - b.at)
}

/** Copies what the guest of this device had: in the tables, and what was not saved yet. */
async function becomeUser({ device, clients, session, sessions, notify }: Synchronization) {
  const { identityId } = session
  reassignScores(device, identityId)
  const guestId = sessions.guestId()
  if (guestId !== undefined && guestId !== identityId) {
    try {
      const { scores } = await carryOver(clients, guestId, identityId)
      notify(`What you did as a guest is yours now, with ${count(scores, 'score')}.`)
    } catch (error) {
      if (!(error instanceof GuestNotReadable)) throw error
      notify('What you did as a guest could not be copied: the time for that is over.')
    }
    sessions.forgetGuest()
  }
  const picture = readLocalPicture(device, '')
  if (picture?.isUnsaved) writeLocalPicture(device, identityId, picture)
  forgetLocalPicture(device, '')
  const { mine } = readLocalProfile(device, '')
  const ofUser = readLocalProfile(device, identityId)
  if (hasUnsavedChanges({ base: NEW_PROFILE, mine })) {
    const isNew = ofUser.mine.version === 0 && !hasUnsavedChanges(ofUser)
    const stored = isNew ? await readStoredProfile(clients, identityId) : ofUser.mine
    const wanted: Profile = stored.version === 0 ? { ...mine, version: 0 } : stored
    writeLocalProfile(device, identityId, {
      base: isNew ? stored : ofUser.base,
      mine: { ...wanted, best: Math.max(stored.best, mine.best) },
    })
  }
  forgetLocalProfile(device, '')
}

async function syncProfile({ device, clients, session, notify }: Synchronization, owner: string) {
  const before = readLocalProfile(device, owner)
  const { base, mine } = before
  if (!hasUnsavedChanges(before)) {
    const profile = await readStoredProfile(clients, session.identityId)
    // A change that the player made meanwhile is kept.
    const { mine: now } = readLocalProfile(device, owner)
    if (hasUnsavedChanges({ base, mine: now })) return
    writeLocalProfile(device, owner, { base: profile, mine: profile })
    return
  }
  const saved = await saveProfile(clients, session.identityId, base, mine)
  const { mine: now } = readLocalProfile(device, owner)
  const changedMeanwhile = hasUnsavedChanges({ base: mine, mine: now })
  writeLocalProfile(device, owner, {
    base: saved.profile,
    mine: changedMeanwhile ? { ...now, version: saved.profile.version } : saved.profile,
  })
  for (const { field, theirs } of saved.overwritten)
    notify(
      `Another device had changed your ${field === 'name' ? 'name' : 'lantern'} to “${theirs}”. ` +
        'What you chose here was kept.',
    )
  if (saved.hadConflict && saved.overwritten.length === 0)
    notify('Another device had saved your profile too. The changes of both were kept.')
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`
}
