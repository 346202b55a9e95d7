/** Runs a round in real time: steps of a sixtieth of a second, at any rate of the screen. */
import { UNITS_PER_MOVE } from '../engine/describe-round.ts'
import { advanceRound } from '../engine/play-round.ts'
import {
  type Controls,
  NO_CONTROLS,
  type Point,
  type Round,
  STEPS_PER_SECOND,
} from '../engine/round.ts'

/** After a pause of the tab, the round does not jump ahead. */
const LONGEST_FRAME_SECONDS = 0.1
/** With which a move of {@link UNITS_PER_MOVE} is made. */
const STEPS_PER_MOVE = 24

export interface GameLoop {
  /** From the next step on; a flare is for that step alone. */
  control(controls: Controls): void
  pause(): void
  resume(): void
  isPaused(): boolean
  stop(): void
}

export interface LoopOptions {
  readonly round: Round
  readonly onStep: (round: Round) => void
  readonly onFrame: (round: Round, seconds: number) => void
  readonly onOver: (round: Round) => void
}

export function startGameLoop({ round: first, onStep, onFrame, onOver }: LoopOptions): GameLoop {
  let round = first
  let controls: Controls = NO_CONTROLS
  let rest = 0
  let last: number | undefined
  let frame = 0
  let isPaused = false

  const tick = (time: number) => {
    const seconds = Math.min(LONGEST_FRAME_SECONDS, (time - (last ?? time)) / 1000)
    last = time
    rest += seconds
    for (; rest >= 1 / STEPS_PER_SECOND && round.over === 'no'; rest -= 1 / STEPS_PER_SECOND) {
      round = advanceRound(round, controls)
      controls = { ...controls, flare: false }
      onStep(round)
    }
    onFrame(round, seconds)
    if (round.over !== 'no') onOver(round)
    else if (!isPaused) frame = requestAnimationFrame(tick)
  }
  const resume = () => {
    isPaused = false
    last = undefined
    cancelAnimationFrame(frame)
    frame = requestAnimationFrame(tick)
  }
  resume()
  return {
    control: (changed) => {
      // A flare is not lost if the lantern moves before the next step.
      controls = { ...changed, flare: changed.flare || controls.flare }
    },
    pause: () => {
      isPaused = true
      cancelAnimationFrame(frame)
    },
    resume,
    isPaused: () => isPaused,
    stop: () => {
      isPaused = true
      cancelAnimationFrame(frame)
    },
  }
}

/** One move of the mode that waits for keys: the round goes on only while the player acts. */
export function makeMove(round: Round, direction: Point, flare: boolean): readonly Round[] {
  const length = Math.max(1, Math.hypot(direction.x, direction.y))
  const target = {
    x: round.lantern.x + (direction.x / length) * UNITS_PER_MOVE,
    y: round.lantern.y + (direction.y / length) * UNITS_PER_MOVE,
  }
  const rounds: Round[] = []
  for (let step = 0; step < STEPS_PER_MOVE; step++) {
    const before = rounds.at(-1) ?? round
    if (before.over !== 'no') break
    const controls = { ...NO_CONTROLS, target, flare: flare && step === 0 }
    rounds.push(advanceRound(before, controls))
  }
  return rounds
}
