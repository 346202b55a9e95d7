/** Sparks and numbers that rise where something was caught. They change nothing in the game. */
import type { Point, RoundEvent } from '../engine/round.ts'
import { drawGlow } from './glow.ts'
import type { SceneColors } from './scene-colors.ts'

interface Spark extends Point {
  readonly velocity: Point
  readonly age: number
  readonly life: number
  readonly color: string
  readonly text?: string
}

const SPARKS_PER_CATCH = 7
const MAXIMUM = 160

/** @param isStill without motion, for users who asked for that */
export function addSparks(
  sparks: readonly Spark[],
  event: RoundEvent,
  colors: SceneColors,
  isStill: boolean,
): readonly Spark[] {
  if (event.kind === 'flared') return sparks
  const { x, y } = event.kind === 'caught' ? event.firefly : event.moth
  const color = event.kind === 'caught' ? colors[event.firefly.kind] : colors.moth
  const label: Spark = {
    ...{ x, y: y - 2, velocity: { x: 0, y: isStill ? 0 : -9 }, age: 0, life: 0.8, color },
    text: event.kind === 'caught' ? `+${event.points}` : '−light',
  }
  const burst = Array.from({ length: isStill ? 0 : SPARKS_PER_CATCH }, (_, index): Spark => {
    const angle = (index / SPARKS_PER_CATCH) * 2 * Math.PI + x
    const velocity = { x: Math.cos(angle) * 14, y: Math.sin(angle) * 14 }
    return { x, y, velocity, age: 0, life: 0.45, color }
  })
  return [...sparks, ...burst, label].slice(-MAXIMUM)
}

export function ageSparks(sparks: readonly Spark[], seconds: number): readonly Spark[] {
  return sparks
    .filter(({ age, life }) => age + seconds < life)
    .map((spark) => ({
      ...spark,
      x: spark.x + spark.velocity.x * seconds,
      y: spark.y + spark.velocity.y * seconds,
      age: spark.age + seconds,
    }))
}

export function drawSparks(context: CanvasRenderingContext2D, sparks: readonly Spark[]) {
  for (const spark of sparks) {
    context.globalAlpha = 1 - spark.age / spark.life
    if (spark.text === undefined) drawGlow(context, spark, 1.3, spark.color)
    else {
      context.fillStyle = spark.color
      context.font = '700 4px system-ui, sans-serif'
      context.textAlign = 'center'
      context.fillText(spark.text, spark.x, spark.y)
    }
  }
  context.globalAlpha = 1
}
