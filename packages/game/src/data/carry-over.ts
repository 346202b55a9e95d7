/**
 * Copies what a guest stored to the user whom the guest became. Each step can be repeated, so that
 * it continues after a reload: scores keep their ids, a profile is merged, and a picture that the
 * user already has stays.
 */
import type { GameClients } from './game-clients.ts'
import { NEW_PROFILE, type Profile } from './merge-profiles.ts'
import { readPicture, savePicture } from './picture-object.ts'
import { readStoredProfile, saveProfile } from './profiles-table.ts'
import { listScores, putScore } from './scores-table.ts'

/** Another login claimed the guest, or the hour for copying is over. Neither will change. */
export class GuestNotReadable extends Error {
  override readonly name = 'GuestNotReadable'
}

export interface CarriedOver {
  readonly scores: number
  readonly profile: Profile
  readonly hasPicture: boolean
}

/**
 * @throws {GuestNotReadable}
 * @throws {Error} the first call that failed; call again to continue
 */
export async function carryOver(
  clients: GameClients,
  guest: string,
  user: string,
): Promise<CarriedOver> {
  const profile = await carryProfile(clients, guest, user)
  const scores = await listScores(clients, guest)
  for (const score of scores) await putScore(clients, user, withName(score, profile), true)
  const picture = await readPicture(clients, guest)
  const hasPicture = picture !== undefined && (await savePicture(clients, user, picture, true))
  return { scores: scores.length, profile, hasPicture }
}

/** The user's own name and lamp win; those of the guest are for a user who has no profile yet. */
async function carryProfile(clients: GameClients, guest: string, user: string): Promise<Profile> {
  const ofGuest = await readStoredProfile(clients, guest).catch((error) => {
    const isDenied = error instanceof Error && error.name === 'AccessDeniedException'
    throw isDenied ? new GuestNotReadable(error.message) : error
  })
  const ofUser = await readStoredProfile(clients, user)
  if (ofGuest.version === 0) return ofUser
  const wanted =
    ofUser.version === 0
      ? { ...ofGuest, version: 0 }
      : { ...ofUser, best: Math.max(ofUser.best, ofGuest.best) }
  if (ofUser.version !== 0 && wanted.best === ofUser.best) return ofUser
  return (await saveProfile(clients, user, ofUser, wanted)).profile
}

/** A guest without a name gets the user's name on the leaderboard. */
function withName<Named extends { readonly name: string }>(score: Named, { name }: Profile): Named {
  return score.name === NEW_PROFILE.name ? { ...score, name } : score
}
