/** What all views have in common, and what they may use. */
import type { CallJournal } from '../data/call-journal.ts'
import type { SignInProvider } from '../data/game-config.ts'
import type { LocalPicture } from '../data/local-picture.ts'
import type { Profile } from '../data/merge-profiles.ts'
import type { Picture } from '../data/pixel-picture.ts'
import type { Round } from '../engine/round.ts'
import type { ExplainedPlayer } from '../player/explain-player.ts'
import type { Player, PlayerStatus } from '../player/player.ts'

export type ViewName = 'home' | 'play' | 'steps' | 'result' | 'board' | 'profile' | 'developer'

export interface View {
  readonly element: HTMLElement
  /** After something changed: the profile, the session, what was saved. */
  update?(): void
  /** When another view is shown. */
  close?(): void
}

export interface RoundResult {
  readonly score: number
  readonly caught: number
  readonly isBest: boolean
  readonly why: Round['over']
}

/** The game, as views see it. */
export interface Game {
  show(view: ViewName): void
  /** For screen readers. */
  announce(text: string): void
  notify(text: string): void
  profile(): Profile
  editProfile(change: Partial<Pick<Profile, 'name' | 'lamp'>>): void
  picture(): LocalPicture | undefined
  editPicture(pixels: Picture): void
  /** Keeps the score of a round that is over. */
  saveScore(score: number): void
  lastResult(): RoundResult
  setLastResult(score: number, caught: number, why: RoundResult['why']): void
  status(): PlayerStatus
  unsaved(): number
  providers(): readonly SignInProvider[]
  /** The providers with which this tab is signed in. */
  linked(): readonly SignInProvider[]
  signIn(provider: SignInProvider): void
  signOut(): void
  /** Loads what talks to the servers. @throws {Error} it cannot be loaded */
  player(): Promise<Player>
  journal: CallJournal
  /** Of the session; undefined if the broker does not explain. */
  explain(): Promise<ExplainedPlayer | undefined>
  tryForbidden(what: 'row' | 'picture' | 'scan'): Promise<void>
}
