/** Uses a new login, beside those that the tab has, or instead of them where they have expired. */
import type { DeviceStore } from '../data/device-store.ts'
import { dropLogin, keepLogin, keptLogins, type Login } from '../sign-in/kept-logins.ts'
import type { Player } from './player.ts'

export interface CompletedSignIn {
  /** Whether the login is in use. */
  readonly isUsed: boolean
  /** Whether it was added to others. */
  readonly isLink: boolean
  /** Why it is not in use, as a sentence. */
  readonly problem?: string
}

export async function completeSignIn(
  tab: DeviceStore,
  player: Pick<Player, 'useNewLogins' | 'sync' | 'status'>,
  login: Login,
): Promise<CompletedSignIn> {
  const others = keptLogins(tab).filter(({ provider }) => provider !== login.provider)
  const tryAgain = async () => {
    player.useNewLogins()
    await player.sync()
    return player.status()
  }
  keepLogin(tab, login)
  const { connection, problem } = await tryAgain()
  const reason = problem === undefined ? {} : { problem }
  if (connection === 'conflict') {
    dropLogin(tab, login.provider)
    await tryAgain()
    return { isUsed: false, isLink: true, ...reason }
  }
  if (connection !== 'sign-in') return { isUsed: true, isLink: others.length > 0 }
  // One token of several that is not valid refuses all: the older ones may have expired.
  for (const { provider } of others) dropLogin(tab, provider)
  if (others.length > 0 && (await tryAgain()).connection !== 'sign-in')
    return { isUsed: true, isLink: false }
  dropLogin(tab, login.provider)
  await tryAgain()
  return { isUsed: false, isLink: false, ...reason }
}
