/** A round in words, for those who cannot see it. */
import { FLARE_MINIMUM } from './catch-fireflies.ts'
import { distance, lightRadius, type Point, type Round, secondsLeft } from './round.ts'

const DIRECTIONS = [
  ...['east', 'south-east', 'south', 'south-west'],
  ...['west', 'north-west', 'north', 'north-east'],
]

/** How far the lantern moves with one key in the mode that waits for keys. */
export const UNITS_PER_MOVE = 18

/** @example 'Nearest firefly: north-east, 2 moves. 3 in the light. Light 80%. Score 7. …' */
export function describeRound(round: Round): string {
  const { lantern, fireflies, moths, light } = round
  const radius = lightRadius(light)
  const lit = fireflies.filter((firefly) => distance(firefly, lantern) < radius).length
  const moth = nearest(moths, lantern)
  return [
    `Nearest firefly: ${where(nearest(fireflies, lantern), lantern)}.`,
    lit === 0 ? 'None in the light.' : `${lit} in the light${canFlare(round) ? '' : ', no flare'}.`,
    moth && distance(moth, lantern) < radius * 1.5 ? `Moth: ${where(moth, lantern)}.` : '',
    `Light ${Math.round(light * 100)}%. Score ${round.score}.`,
    `${Math.ceil(secondsLeft(round))} seconds left.`,
  ]
    .filter((sentence) => sentence !== '')
    .join(' ')
}

function canFlare({ light, flareCooldownSteps }: Round): boolean {
  return light >= FLARE_MINIMUM && flareCooldownSteps === 0
}

function nearest(points: readonly Point[], from: Point): Point | undefined {
  return points.toSorted((a, b) => distance(a, from) - distance(b, from))[0]
}

function where(point: Point | undefined, from: Point): string {
  if (!point) return 'none'
  const angle = Math.atan2(point.y - from.y, point.x - from.x)
  const index = (Math.round(angle / (Math.PI / 4)) + 8) % 8
  const moves = Math.max(1, Math.round(distance(point, from) / UNITS_PER_MOVE))
  return `${DIRECTIONS[index]}, ${moves} ${moves === 1 ? 'move' : 'moves'}`
}
