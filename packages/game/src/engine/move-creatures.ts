/** How fireflies and moths move, and where new ones appear. */
import type { RandomNumbers } from './random-numbers.ts'
import {
  distance,
  type Firefly,
  lightRadius,
  type Moth,
  type Point,
  type Round,
  STEPS_PER_SECOND,
  WORLD_SIZE,
} from './round.ts'

/** Units per second. The lantern is faster than all of them. */
const FIREFLY_SPEED = { wander: 6, flee: { amber: 9, blue: 19 } }
const MOTH_SPEED = { wander: 9, attracted: 21, scared: 34 }
/** New ones do not appear next to the lantern. */
const SPAWN_DISTANCE = 26
const BLUE_SHARE = 0.16
const MARGIN = 3

export function moveFirefly(firefly: Firefly, round: Round, random: RandomNumbers): Firefly {
  const isLit = distance(firefly, round.lantern) < lightRadius(round.light)
  const heading = isLit
    ? angleFrom(round.lantern, firefly) + random.between(-0.5, 0.5)
    : firefly.heading + random.between(-0.18, 0.18)
  const speed = isLit ? FIREFLY_SPEED.flee[firefly.kind] : FIREFLY_SPEED.wander
  return {
    ...firefly,
    ...advance(firefly, heading, speed),
    phase: (firefly.phase + 0.5 / STEPS_PER_SECOND) % 1,
  }
}

export function moveMoth(moth: Moth, round: Round, random: RandomNumbers): Moth {
  const scaredSteps = Math.max(0, moth.scaredSteps - 1)
  const isAttracted = distance(moth, round.lantern) < lightRadius(round.light) * 1.5
  const turn = random.between(-0.35, 0.35)
  if (scaredSteps > 0) {
    const away = angleFrom(round.lantern, moth) + turn
    return { ...moth, ...advance(moth, away, MOTH_SPEED.scared), scaredSteps }
  }
  const heading = isAttracted ? angleFrom(moth, round.lantern) + turn : moth.heading + turn / 2
  const speed = isAttracted ? MOTH_SPEED.attracted : MOTH_SPEED.wander
  return { ...moth, ...advance(moth, heading, speed), scaredSteps }
}

/** Adds what is missing: more of both, the longer the round lasts. */
export function spawnCreatures(round: Round, random: RandomNumbers): Round {
  const seconds = round.step / STEPS_PER_SECOND
  const fireflies = [...round.fireflies]
  const moths = [...round.moths]
  let nextId = round.nextId
  while (fireflies.length < 10 + Math.floor(seconds / 15))
    fireflies.push({
      id: nextId++,
      kind: random.next() < BLUE_SHARE ? 'blue' : 'amber',
      ...awayFrom(round.lantern, random),
      heading: random.between(0, 2 * Math.PI),
      phase: random.next(),
    })
  while (moths.length < Math.floor((seconds + 6) / 14))
    moths.push({
      id: nextId++,
      ...awayFrom(round.lantern, random),
      heading: random.between(0, 2 * Math.PI),
      scaredSteps: 0,
    })
  return { ...round, fireflies, moths, nextId }
}

/** Flies on, and turns around at the edges of the marsh. */
function advance(from: Point, heading: number, speed: number) {
  const x = from.x + (Math.cos(heading) * speed) / STEPS_PER_SECOND
  const y = from.y + (Math.sin(heading) * speed) / STEPS_PER_SECOND
  const isInside = inside(x) === x && inside(y) === y
  return { x: inside(x), y: inside(y), heading: isInside ? heading : heading + Math.PI * 0.7 }
}

function inside(coordinate: number): number {
  return Math.min(WORLD_SIZE - MARGIN, Math.max(MARGIN, coordinate))
}

function angleFrom(from: Point, to: Point): number {
  return Math.atan2(to.y - from.y, to.x - from.x)
}

function awayFrom(lantern: Point, random: RandomNumbers): Point {
  // The marsh is larger than the circle that is left out, so this ends soon.
  for (;;) {
    const point = {
      x: random.between(MARGIN, WORLD_SIZE - MARGIN),
      y: random.between(MARGIN, WORLD_SIZE - MARGIN),
    }
    if (distance(point, lantern) >= SPAWN_DISTANCE) return point
  }
}
