/** The game itself, played step by step without a screen. */
import { describe, expect, it } from 'vitest'
import { describeRound } from '../../packages/game/src/engine/describe-round.ts'
import { advanceRound, startRound } from '../../packages/game/src/engine/play-round.ts'
import {
  type Controls,
  comboFactor,
  distance,
  lightRadius,
  NO_CONTROLS,
  ROUND_SECONDS,
  type Round,
  STEPS_PER_SECOND,
  secondsLeft,
} from '../../packages/game/src/engine/round.ts'
import { directionOf } from '../../packages/game/src/play/keyboard.ts'

const SEEDS = [1, 2, 3, 4, 5]

describe('a round', () => {
  it('is the same for the same seed and controls, and another one for another seed', () => {
    expect(playToEnd(7, chase)).toEqual(playToEnd(7, chase))
    expect(playToEnd(8, chase)).not.toEqual(playToEnd(7, chase))
  })

  it('ends when the light is out, for those who catch nothing', () => {
    for (const seed of SEEDS) {
      const round = playToEnd(seed, () => NO_CONTROLS)
      expect(round).toMatchObject({ over: 'the light is out', light: 0, score: 0 })
      expect(secondsLeft(round)).toBeGreaterThan(ROUND_SECONDS - 30)
    }
  })

  it('ends when the time is up, for those who keep their light', () => {
    for (const seed of SEEDS) {
      const round = playToEnd(seed, chase)
      expect(round).toMatchObject({ over: 'time is up' })
      expect(round.step).toBe(ROUND_SECONDS * STEPS_PER_SECOND)
      expect(round.score).toBeGreaterThan(round.caught)
    }
  })

  it('does not change after its end', () => {
    const round = playToEnd(1, () => NO_CONTROLS)
    expect(advanceRound(round, { ...NO_CONTROLS, flare: true })).toBe(round)
  })

  it('keeps everything in the marsh, and the light between nothing and full', () => {
    const coordinates: number[] = []
    const lights: number[] = []
    for (const seed of SEEDS)
      playToEnd(seed, (round) => {
        const everything = [round.lantern, ...round.fireflies, ...round.moths]
        const all = everything.flatMap(({ x, y }) => [x, y])
        coordinates.push(Math.min(...all), Math.max(...all))
        lights.push(round.light)
        return chase(round)
      })
    expect(coordinates.filter((coordinate) => !(coordinate >= 0 && coordinate <= 100))).toEqual([])
    expect(lights.filter((light) => !(light >= 0 && light <= 1))).toEqual([])
  })

  it('rewards those who gather fireflies and flare', () => {
    const average = (player: (round: Round) => Controls) =>
      SEEDS.reduce((sum, seed) => sum + playToEnd(seed, player).score, 0) / SEEDS.length
    expect(average(gatherAndFlare)).toBeGreaterThan(1.5 * average(chase))
  })
})

describe('a step', () => {
  const start = startRound(1)
  const { lantern } = start

  it('moves the lantern with keys and towards a pointer, and never faster than its speed', () => {
    const right = steps(start, 30, { ...NO_CONTROLS, direction: { x: 1, y: 0 } })
    expect(right.lantern.x).toBeGreaterThan(lantern.x + 10)
    expect(right.lantern.y).toBeCloseTo(lantern.y)
    const target = { x: 20, y: 80 }
    const there = steps(start, 120, { ...NO_CONTROLS, target })
    expect(distance(there.lantern, target)).toBeLessThan(1)
    const diagonal = steps(start, 30, { ...NO_CONTROLS, direction: { x: 1, y: 1 } })
    expect(distance(diagonal.lantern, lantern)).toBeLessThan(46 / 2)
  })

  it('catches a firefly that the lantern touches: points, light and a combo', () => {
    const amber = { id: 99, kind: 'amber' as const, x: 50, y: 50, heading: 0, phase: 0 }
    const before = { ...start, light: 0.5, fireflies: [amber] }
    const after = advanceRound(before, NO_CONTROLS)
    expect(after).toMatchObject({ score: 1, caught: 1, combo: 1 })
    expect(after.light).toBeGreaterThan(0.55)
    expect(after.events).toMatchObject([{ kind: 'caught', points: 1 }])
    expect(after.fireflies.map(({ id }) => id)).not.toContain(99)
  })

  it('counts more for more in a row, until the combo ends', () => {
    expect([0, 3, 4, 8, 16, 40].map(comboFactor)).toEqual([1, 1, 2, 3, 5, 5])
    const running = { ...start, combo: 9, comboSteps: 2, fireflies: [], moths: [] }
    expect(advanceRound(running, NO_CONTROLS).combo).toBe(9)
    expect(steps(running, 2, NO_CONTROLS).combo).toBe(0)
  })

  it('flares: all fireflies in the light at once, for light, and not again at once', () => {
    const at = (id: number, x: number) => ({
      ...{ id, kind: 'amber' as const, x, y: 50, heading: 0, phase: 0 },
    })
    const before = { ...start, fireflies: [at(91, 40), at(92, 60), at(93, 62), at(94, 99)] }
    const flare = { ...NO_CONTROLS, flare: true }
    const after = advanceRound(before, flare)
    expect(after.events[0]).toEqual({ kind: 'flared', caught: 3 })
    // Each of the three counts 1, and 2 for the others.
    expect(after).toMatchObject({ caught: 3, score: 9 })
    expect(after.fireflies.map(({ id }) => id)).toContain(94)
    const [again] = advanceRound({ ...after, fireflies: [at(95, 60)] }, flare).events
    expect(again).toBeUndefined()
    const dark = { ...before, light: 0.15 }
    expect(advanceRound(dark, flare).events).toEqual([])
  })

  it('lets a moth take light and the combo, once, and a flare scare it', () => {
    const moth = { id: 90, x: 50, y: 50, heading: 0, scaredSteps: 0 }
    const before = { ...start, combo: 5, comboSteps: 50, fireflies: [], moths: [moth] }
    const after = advanceRound(before, NO_CONTROLS)
    expect(after).toMatchObject({ combo: 0 })
    expect(after.light).toBeLessThan(0.81)
    expect(advanceRound(after, NO_CONTROLS).light).toBeGreaterThan(after.light - 0.01)
    const scared = advanceRound(before, { ...NO_CONTROLS, flare: true })
    expect(scared.combo).toBe(5)
    expect(distance(steps(scared, 60, NO_CONTROLS).moths[0] ?? moth, lantern)).toBeGreaterThan(15)
  })
})

it('is described in words: directions, moves, light, score and time', () => {
  const start = startRound(1)
  const at = (x: number, y: number) => ({
    ...{ id: 1, kind: 'amber' as const, x, y, heading: 0, phase: 0 },
  })
  const text = describeRound({ ...start, fireflies: [at(50, 14), at(86, 86)], moths: [] })
  expect(text).toBe(
    'Nearest firefly: north, 2 moves. None in the light. Light 100%. Score 0. 75 seconds left.',
  )
  const moth = { id: 2, x: 32, y: 50, heading: 0, scaredSteps: 0 }
  const other = describeRound({ ...start, light: 0.1, fireflies: [at(55, 55)], moths: [moth] })
  expect(other).toContain('Nearest firefly: south-east, 1 move. 1 in the light, no flare. ')
  expect(other).not.toContain('Moth')
  expect(describeRound({ ...start, moths: [moth] })).toContain('Moth: west, 1 move.')
})

it('reads directions from keys: opposite ones cancel each other', () => {
  expect(directionOf(['ArrowUp', 'KeyD'])).toEqual({ x: 1, y: -1 })
  expect(directionOf(['ArrowLeft', 'KeyD', 'KeyS'])).toEqual({ x: 0, y: 1 })
  expect(directionOf(['ArrowLeft', 'KeyA', 'KeyX'])).toEqual({ x: -1, y: 0 })
})

function playToEnd(seed: number, player: (round: Round) => Controls): Round {
  let round = startRound(seed)
  while (round.over === 'no') round = advanceRound(round, player(round))
  return round
}

function steps(round: Round, count: number, controls: Controls): Round {
  let current = round
  for (let step = 0; step < count; step++) current = advanceRound(current, controls)
  return current
}

function chase({ lantern, fireflies }: Round): Controls {
  const [target] = fireflies.toSorted((a, b) => distance(a, lantern) - distance(b, lantern))
  return target ? { ...NO_CONTROLS, target } : NO_CONTROLS
}

function gatherAndFlare(round: Round): Controls {
  const radius = lightRadius(round.light)
  const lit = round.fireflies.filter((firefly) => distance(firefly, round.lantern) < radius)
  return { ...chase(round), flare: lit.length >= 3 && round.light > 0.4 }
}
