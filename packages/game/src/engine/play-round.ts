/** The game itself, step by step, without a screen: same seed and controls, same round. */
import { catchTouched, flare, touchMoths } from './catch-fireflies.ts'
import { moveFirefly, moveMoth, spawnCreatures } from './move-creatures.ts'
import { createRandomNumbers } from './random-numbers.ts'
import {
  type Controls,
  type Lantern,
  type Point,
  ROUND_SECONDS,
  type Round,
  STEPS_PER_SECOND,
  WORLD_SIZE,
} from './round.ts'

/** Units per second. */
const LANTERN_SPEED = 46
/** Full light without any catch, at the start of a round; later it burns faster. */
const BURN_SECONDS = 26
const EDGE = 3

export function startRound(seed: number): Round {
  const random = createRandomNumbers(seed)
  const center = WORLD_SIZE / 2
  const round: Round = {
    ...{ seed, step: 0, nextId: 1, light: 1, score: 0, caught: 0 },
    ...{ combo: 0, comboSteps: 0, flareCooldownSteps: 0 },
    lantern: { x: center, y: center, velocity: { x: 0, y: 0 } },
    ...{ fireflies: [], moths: [], events: [], over: 'no' },
  }
  return { ...spawnCreatures(round, random), seed: random.seed() }
}

/** One sixtieth of a second. A round that is over does not change. */
export function advanceRound(round: Round, controls: Controls): Round {
  if (round.over !== 'no') return round
  const random = createRandomNumbers(round.seed)
  const comboSteps = Math.max(0, round.comboSteps - 1)
  const moved: Round = {
    ...round,
    ...{ step: round.step + 1, events: [] },
    lantern: moveLantern(round.lantern, controls),
    light: Math.max(0, round.light - burned(round)),
    ...{ comboSteps, combo: comboSteps > 0 ? round.combo : 0 },
    flareCooldownSteps: Math.max(0, round.flareCooldownSteps - 1),
    fireflies: round.fireflies.map((firefly) => moveFirefly(firefly, round, random)),
    moths: round.moths.map((moth) => moveMoth(moth, round, random)),
  }
  const played = touchMoths(catchTouched(controls.flare ? flare(moved) : moved))
  return { ...spawnCreatures(played, random), seed: random.seed(), over: outcome(played) }
}

function outcome({ step, light }: Round): Round['over'] {
  if (light <= 0) return 'the light is out'
  return step >= ROUND_SECONDS * STEPS_PER_SECOND ? 'time is up' : 'no'
}

function burned({ step }: Round): number {
  const progress = step / (ROUND_SECONDS * STEPS_PER_SECOND)
  return (1 + 0.9 * progress) / (BURN_SECONDS * STEPS_PER_SECOND)
}

function moveLantern({ x, y, velocity }: Lantern, { direction, target }: Controls): Lantern {
  const wanted = target ? scale({ x: target.x - x, y: target.y - y }, 9) : scale(direction, 1e3)
  const length = Math.hypot(wanted.x, wanted.y)
  const limited = length > LANTERN_SPEED ? scale(wanted, LANTERN_SPEED / length) : wanted
  // Starts and stops within about a tenth of a second, so that the lantern seems to have weight.
  const next = {
    x: velocity.x + (limited.x - velocity.x) * 0.25,
    y: velocity.y + (limited.y - velocity.y) * 0.25,
  }
  return {
    x: withinMarsh(x + next.x / STEPS_PER_SECOND),
    y: withinMarsh(y + next.y / STEPS_PER_SECOND),
    velocity: next,
  }
}

function scale({ x, y }: Point, factor: number): Point {
  return { x: x * factor, y: y * factor }
}

function withinMarsh(coordinate: number): number {
  return Math.min(WORLD_SIZE - EDGE, Math.max(EDGE, coordinate))
}
