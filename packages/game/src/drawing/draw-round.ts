/** Draws one moment of a round. */
import { FLARE_MINIMUM } from '../engine/catch-fireflies.ts'
import { distance, type Firefly, lightRadius, type Moth, type Round } from '../engine/round.ts'
import { drawGlow } from './glow.ts'
import type { SceneColors } from './scene-colors.ts'

export interface Look {
  readonly colors: SceneColors
  /** The color of the player's lantern glass. */
  readonly glass: string
  /** For users who asked for reduced motion: nothing flickers or blinks. */
  readonly isStill: boolean
  /** From 1 to 0 after a flare. */
  readonly flash: number
}

const BRASS = '#5a3a17'

/** @param context in units of the world, with the marsh already drawn */
export function drawRound(context: CanvasRenderingContext2D, round: Round, look: Look) {
  drawLight(context, round, look)
  context.save()
  context.globalCompositeOperation = 'lighter'
  for (const firefly of round.fireflies) drawFirefly(context, firefly, round, look)
  context.restore()
  for (const moth of round.moths) drawMoth(context, moth, round, look)
  drawLantern(context, round, look)
}

function drawLight(
  context: CanvasRenderingContext2D,
  { lantern, light, step }: Round,
  { colors, isStill, flash }: Look,
) {
  const flicker = isStill ? 0 : Math.sin(step / 5) * 0.35 + Math.sin(step / 2.3) * 0.2
  const radius = lightRadius(light) + flicker + flash * 5
  const { x, y } = lantern
  const gradient = context.createRadialGradient(x, y, 1, x, y, radius)
  gradient.addColorStop(0, `rgba(${colors.light}, ${0.62 + flash * 0.3})`)
  gradient.addColorStop(0.5, `rgba(${colors.light}, ${0.26 + flash * 0.4})`)
  gradient.addColorStop(0.94, `rgba(${colors.light}, ${0.13 + flash * 0.3})`)
  gradient.addColorStop(1, `rgba(${colors.light}, 0)`)
  context.fillStyle = gradient
  context.beginPath()
  context.arc(x, y, radius, 0, 2 * Math.PI)
  context.fill()
}

/** In the light they are always seen; in the dark only while they blink. */
function drawFirefly(
  context: CanvasRenderingContext2D,
  firefly: Firefly,
  { lantern, light }: Round,
  { colors, isStill }: Look,
) {
  const isLit = distance(firefly, lantern) < lightRadius(light)
  const blink = Math.max(0, Math.sin(firefly.phase * 2 * Math.PI))
  const brightness = isLit ? 1 : isStill ? 0.45 : 0.12 + blink * 0.75
  context.globalAlpha = brightness
  drawGlow(context, firefly, firefly.kind === 'blue' ? 4.4 : 3.6, colors[firefly.kind])
  context.globalAlpha = 1
}

function drawMoth(
  context: CanvasRenderingContext2D,
  { x, y, scaredSteps, heading }: Moth,
  { lantern, light, step }: Round,
  { colors, isStill }: Look,
) {
  const isLit = distance({ x, y }, lantern) < lightRadius(light) * 1.15
  const beat = isStill ? 0.8 : 0.45 + 0.55 * Math.abs(Math.sin(step / 4))
  context.save()
  context.translate(x, y)
  context.rotate(heading + Math.PI / 2)
  context.globalAlpha = (isLit ? 0.95 : 0.35) * (scaredSteps > 0 ? 0.6 : 1)
  context.fillStyle = colors.moth
  for (const side of [-1, 1]) {
    context.beginPath()
    context.ellipse(side * 1.5 * beat, -0.3, 1.7 * beat, 2, side * 0.5, 0, 2 * Math.PI)
    context.ellipse(side * 1.1 * beat, 1.5, 1.1 * beat, 1.3, side * 0.3, 0, 2 * Math.PI)
    context.fill()
  }
  context.fillStyle = '#3b2f2f'
  context.fillRect(-0.35, -1.7, 0.7, 3.6)
  context.restore()
}

function drawLantern(
  context: CanvasRenderingContext2D,
  { lantern, light }: Round,
  { colors, glass }: Look,
) {
  const { x, y, velocity } = lantern
  context.save()
  context.translate(x, y)
  context.rotate(velocity.x * 0.006)
  context.strokeStyle = BRASS
  context.lineWidth = 0.6
  context.beginPath()
  context.arc(0, -3.4, 1.5, Math.PI, 0)
  context.stroke()
  context.fillStyle = BRASS
  context.fillRect(-2, -3.6, 4, 0.9)
  context.fillRect(-2.2, 2.4, 4.4, 1)
  context.fillStyle = glass
  context.globalAlpha = 0.55 + 0.45 * light
  context.beginPath()
  context.ellipse(0, -0.1, 2, 2.7, 0, 0, 2 * Math.PI)
  context.fill()
  context.globalAlpha = 1
  drawGlow(context, { x: 0, y: 0.3 }, 2.2, colors.lantern)
  if (light < FLARE_MINIMUM) {
    context.strokeStyle = '#ff8d7a'
    context.lineWidth = 0.4
    context.beginPath()
    context.arc(0, 0, 4.6, 0, 2 * Math.PI)
    context.stroke()
  }
  context.restore()
}
