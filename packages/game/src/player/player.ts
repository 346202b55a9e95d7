/** The player of this tab: who it is, and what is saved where. */
import type { CallJournal } from '../data/call-journal.ts'
import type { DeviceStore } from '../data/device-store.ts'
import {
  createGameClients,
  type GameClients,
  type SessionCredentials,
} from '../data/game-clients.ts'
import type { GameConfig } from '../data/game-config.ts'
import { readLeaderboard } from '../data/leaderboard.ts'
import { readPicture, savePicture } from '../data/picture-object.ts'
import { type PlainError, toPlainError } from '../data/plain-errors.ts'
import type { Score } from '../data/score-queue.ts'
import { poolLogins } from '../sign-in/kept-logins.ts'
import { createPoolSessions, type PlayerSession } from '../sign-in/pool-sessions.ts'
import { syncPlayer } from './sync-player.ts'

export interface PlayerOptions {
  readonly config: GameConfig
  /** `localStorage` and `sessionStorage`. */
  readonly device: DeviceStore
  readonly tab: DeviceStore
  readonly journal: CallJournal
  /** Aborted at sign-out. */
  readonly signal: AbortSignal
  readonly nowMs: () => number
  readonly onChange: () => void
  /** What the player should know, as a sentence. */
  readonly notify: (text: string) => void
}

export interface PlayerStatus {
  readonly connection: 'not asked' | 'saving' | 'saved' | PlainError['kind']
  /** Why the connection is not as it should be, and what to do. */
  readonly problem?: string
  readonly session?: PlayerSession
  /** The player's own, the best first. */
  readonly scores: readonly Score[]
}

export interface Player {
  status(): PlayerStatus
  /** Saves what is not saved, and reads what other devices saved. Does not throw. */
  sync(): Promise<void>
  /** After a login was added or dropped. */
  useNewLogins(): void
  /** @throws {Error} of the AWS SDK, as the following */
  leaderboard(): ReturnType<typeof readLeaderboard>
  loadPicture(): Promise<Uint8Array | undefined>
  savePicture(png: Uint8Array): Promise<void>
  /** Of the player's session. */
  withClients<Result>(
    work: (clients: GameClients, session: PlayerSession) => Promise<Result>,
  ): Promise<Result>
}

export function createPlayer(options: PlayerOptions): Player {
  const { config, device, tab, journal, signal, nowMs, onChange } = options
  const sessions = createPoolSessions({
    ...{ config, device, tab, nowMs },
    logins: () => poolLogins(tab),
  })
  let status: PlayerStatus = { connection: 'not asked', scores: [] }
  const change = (changed: Partial<PlayerStatus>) => {
    if (signal.aborted) return
    const { problem: _, ...rest } = status
    status = { ...rest, ...changed }
    onChange()
  }
  const clientsWith = (credentials: () => Promise<SessionCredentials>) =>
    createGameClients({ config, journal, signal, nowMs, credentials })
  const ownClients = () => clientsWith(async () => (await sessions.player()).credentials)
  const boardClients = clientsWith(sessions.board)
  let own = ownClients()
  const useNewLogins = () => {
    sessions.renew()
    // The SDK keeps the credentials of the session before.
    own = ownClients()
  }

  const syncOnce = async () => {
    change({ connection: 'saving' })
    try {
      const session = await sessions.player()
      change({ session })
      const scores = await syncPlayer({ ...options, clients: own, session, sessions })
      change({ connection: 'saved', session, scores })
    } catch (error) {
      const { kind, text } = toPlainError(error)
      change({ connection: kind, problem: text })
    }
  }
  let running: Promise<void> | undefined
  let isWanted = false
  const sync = async (): Promise<void> => {
    isWanted = true
    running ??= (async () => {
      while (isWanted && !signal.aborted) {
        isWanted = false
        await syncOnce()
      }
    })().finally(() => {
      running = undefined
    })
    await running
  }

  return {
    ...{ status: () => status, sync, useNewLogins },
    leaderboard: () => readLeaderboard(boardClients),
    loadPicture: async () => readPicture(own, (await sessions.player()).identityId),
    savePicture: async (png) => {
      await savePicture(own, (await sessions.player()).identityId, png)
    },
    withClients: async (work) => work(own, await sessions.player()),
  }
}
