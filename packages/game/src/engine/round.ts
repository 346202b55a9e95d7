/** What a round of the game consists of. A round is a value: each step makes a new one. */

/** The marsh is a square with sides of this length, on every screen, so that scores compare. */
export const WORLD_SIZE = 100
export const STEPS_PER_SECOND = 60
export const ROUND_SECONDS = 75

export interface Point {
  readonly x: number
  readonly y: number
}

export interface Firefly extends Point {
  readonly id: number
  /** Blue ones are worth more, and are faster. */
  readonly kind: 'amber' | 'blue'
  /** In radians. */
  readonly heading: number
  /** From 0 to 1: where it is in its blinking. */
  readonly phase: number
}

/** Moths fly to the light and cost some of it. */
export interface Moth extends Point {
  readonly id: number
  readonly heading: number
  /** Steps for which it flies away from the lantern. */
  readonly scaredSteps: number
}

export interface Lantern extends Point {
  /** Units per second. */
  readonly velocity: Point
}

/** What happened in a step, for sounds, sparks and announcements. */
export type RoundEvent =
  | { readonly kind: 'caught'; readonly firefly: Firefly; readonly points: number }
  | { readonly kind: 'flared'; readonly caught: number }
  | { readonly kind: 'moth'; readonly moth: Moth }

export interface Round {
  readonly seed: number
  /** Steps that were played. */
  readonly step: number
  readonly nextId: number
  readonly lantern: Lantern
  /** From 0 to 1. At 0 the round is over. */
  readonly light: number
  /** Catches in a row. */
  readonly combo: number
  readonly comboSteps: number
  readonly flareCooldownSteps: number
  readonly score: number
  readonly caught: number
  readonly fireflies: readonly Firefly[]
  readonly moths: readonly Moth[]
  readonly events: readonly RoundEvent[]
  readonly over: 'no' | 'time is up' | 'the light is out'
}

/** What the player does during a step. */
export interface Controls {
  /** Each part from -1 to 1; of keys. */
  readonly direction: Point
  /** Where the lantern should go; of a mouse or a finger. */
  readonly target?: Point
  readonly flare: boolean
}

export const NO_CONTROLS: Controls = { direction: { x: 0, y: 0 }, flare: false }

/** How far the lantern shines. */
export function lightRadius(light: number): number {
  return 9 + 24 * light
}

export function distance(a: Point, b: Point): number {
  return Math.hypot(a.x - b.x, a.y - b.y)
}

/** By how much each catch counts: one more for every four in a row, up to five. */
export function comboFactor(combo: number): number {
  return Math.min(5, 1 + Math.floor(combo / 4))
}

export function secondsLeft({ step }: Pick<Round, 'step'>): number {
  return Math.max(0, ROUND_SECONDS - step / STEPS_PER_SECOND)
}
