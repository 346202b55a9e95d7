/** The keys of the game: arrows or WASD to move, space for a flare. */
import type { Point } from '../engine/round.ts'

const DIRECTIONS: Readonly<Record<string, Point>> = {
  ...{ ArrowUp: { x: 0, y: -1 }, KeyW: { x: 0, y: -1 } },
  ...{ ArrowDown: { x: 0, y: 1 }, KeyS: { x: 0, y: 1 } },
  ...{ ArrowLeft: { x: -1, y: 0 }, KeyA: { x: -1, y: 0 } },
  ...{ ArrowRight: { x: 1, y: 0 }, KeyD: { x: 1, y: 0 } },
}

export function isMoveKey(code: string): boolean {
  return code in DIRECTIONS
}

/** @param pressed codes of keys, as in `KeyboardEvent.code` */
export function directionOf(pressed: Iterable<string>): Point {
  let { x, y } = { x: 0, y: 0 }
  for (const code of pressed) {
    x += DIRECTIONS[code]?.x ?? 0
    y += DIRECTIONS[code]?.y ?? 0
  }
  return { x: Math.sign(x), y: Math.sign(y) }
}
