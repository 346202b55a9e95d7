/** Connects the parts of the page: views, the player, sign-in and sign-out. */
import { nowMs } from './browser-platform.ts'
import { createCallJournal } from './data/call-journal.ts'
import { createDeviceStore } from './data/device-store.ts'
import { toPlainError } from './data/plain-errors.ts'
import { createPlayerLoader } from './load-player.ts'
import { completeSignIn } from './player/complete-sign-in.ts'
import { createKeptProgress } from './player/kept-progress.ts'
import type { PlayerStatus } from './player/player.ts'
import { beginSignIn, finishSignIn, type SignInResponse } from './sign-in/authorization-code.ts'
import { keptLogins, poolLogins } from './sign-in/kept-logins.ts'
import { leaveDevice, onSignOutElsewhere } from './sign-in/sign-out.ts'
import { confirmLoss } from './views/confirm-loss.ts'
import { decodePicture } from './views/picture-view.ts'
import type { Shell } from './views/shell.ts'
import type { Game, RoundResult } from './views/view.ts'

const RETRY_MS = 15_000

/** @param response of a provider, if the player comes back from one */
export async function startPage(shell: Shell, response: SignInResponse | undefined): Promise<void> {
  const device = createDeviceStore(localStorage)
  const tab = createDeviceStore(sessionStorage)
  const stores = [device, tab]
  const ending = new AbortController()
  const journal = createCallJournal()
  const progress = createKeptProgress(device, tab)
  const redirectUri = `${location.origin}/`
  const loader = createPlayerLoader({
    ...{ device, tab, journal, nowMs, signal: ending.signal },
    onChange: () => shell.update(),
    notify: (text) => shell.notify(text),
  })
  let problem: PlayerStatus | undefined
  /** Whose picture was read. */
  let pictureOf: string | undefined
  let result: RoundResult = { score: 0, caught: 0, isBest: false, why: 'time is up' }

  const sync = async () => {
    try {
      const player = await loader.load()
      problem = undefined
      await player.sync()
      await readSavedPicture()
    } catch (error) {
      const { kind, text } = toPlainError(error)
      problem = { connection: kind, problem: text, scores: [] }
    }
    shell.update()
  }
  const readSavedPicture = async () => {
    const { connection, session } = status()
    if (connection !== 'saved' || session?.identityId === pictureOf) return
    pictureOf = session?.identityId
    const png = await loader.loaded()?.loadPicture()
    const pixels = png && (await decodePicture(png))
    if (pixels && !progress.picture()?.isUnsaved) progress.keepPicture({ pixels, isUnsaved: false })
  }
  const status = (): PlayerStatus =>
    problem ?? loader.loaded()?.status() ?? { connection: 'not asked', scores: [] }
  const providers = () => loader.config()?.providers ?? []
  const linked = () => {
    const ids = keptLogins(tab).map(({ provider }) => provider)
    return providers().filter(({ id }) => ids.includes(id))
  }

  const game: Game = {
    ...{ journal, status, providers, linked },
    show: shell.show,
    announce: shell.announce,
    notify: shell.notify,
    profile: progress.profile,
    editProfile(change) {
      progress.editProfile(change)
      shell.update()
      void sync()
    },
    picture: progress.picture,
    editPicture(pixels) {
      progress.keepPicture({ pixels, isUnsaved: true })
      shell.update()
      void sync()
    },
    saveScore(score) {
      if (score === 0) return
      if (!progress.keepScore(score))
        shell.notify('This device cannot keep the score: its storage is full or not allowed.')
      void sync()
    },
    lastResult: () => result,
    setLastResult(score, caught, why) {
      result = { score, caught, why, isBest: score > progress.profile().best }
    },
    unsaved: progress.unsaved,
    signIn(provider) {
      void beginSignIn(tab, provider, redirectUri).then((url) => location.assign(url))
    },
    async signOut() {
      const lost = progress.describeUnsaved()
      if (lost === '' || (await confirmLoss(lost))) await leaveDevice(stores, ending)
    },
    player: () => loader.load(),
    async explain() {
      const { explain, pool } = await loader.loadConfig()
      const session = status().session
      if (explain === undefined || !session) return undefined
      const { explainPlayer } = await import('./player/explain-player.ts')
      const caller = { pool: pool.id, identityId: session.identityId, logins: poolLogins(tab) }
      return explainPlayer(explain, caller, ending.signal)
    },
    async tryForbidden(what) {
      const calls = await import('./player/forbidden-calls.ts')
      const player = await loader.load()
      await player
        .withClients((clients, { identityId }) => {
          const other = calls.otherPlayer(identityId)
          if (what === 'row') return calls.readOtherRow(clients, other)
          if (what === 'picture') return calls.readOtherPicture(clients, other)
          return calls.scanAllScores(clients)
        })
        // The journal shows the denial.
        .catch((error) => shell.announce(toPlainError(error).text))
    },
  }

  shell.start(game)
  onSignOutElsewhere(stores, ending)
  try {
    await loader.loadConfig()
    if (response) await receiveSignIn(response)
  } catch (error) {
    if (response && error instanceof Error) shell.notify(`${error.message}.`)
    else problem = { connection: 'offline', problem: toPlainError(error).text, scores: [] }
  }
  shell.update()
  const isKnown = () => keptLogins(tab).length > 0 || device.keys().length > 0
  if (isKnown()) void sync()
  addEventListener('online', () => void sync())
  document.addEventListener('visibilitychange', () => {
    if (document.hidden || !isKnown()) return
    // Another device may have saved something meanwhile.
    pictureOf = undefined
    void sync()
  })
  setInterval(() => {
    const isWaiting = status().connection === 'offline' || progress.unsaved() > 0
    if (isWaiting && isKnown() && status().connection !== 'saving') void sync()
  }, RETRY_MS)

  async function receiveSignIn(received: SignInResponse) {
    const login = await finishSignIn(tab, await loader.loadConfig(), received, redirectUri)
    const {
      isUsed,
      isLink,
      problem: reason,
    } = await completeSignIn(tab, await loader.load(), login)
    if (!isUsed) shell.notify(reason ?? 'This sign-in was refused.')
    else if (isLink) shell.notify('The account is linked. Either of them leads to this player.')
    shell.show('home')
    await sync()
  }
}
