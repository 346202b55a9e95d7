/** The marsh behind the game: sky, stars, moon and reeds. It is drawn once and then copied. */
import { createRandomNumbers } from '../engine/random-numbers.ts'
import { WORLD_SIZE } from '../engine/round.ts'
import type { SceneColors } from './scene-colors.ts'

/** The same for everyone. */
const MARSH_SEED = 7

/** @param size side of the square in pixels of the device */
export function drawMarsh(size: number, colors: SceneColors): HTMLCanvasElement {
  const canvas = document.createElement('canvas')
  canvas.width = size
  canvas.height = size
  const context = canvas.getContext('2d')
  if (!context) return canvas
  context.scale(size / WORLD_SIZE, size / WORLD_SIZE)
  const random = createRandomNumbers(MARSH_SEED)

  const sky = context.createLinearGradient(0, 0, 0, WORLD_SIZE)
  for (const [index, color] of colors.sky.entries()) sky.addColorStop(index / 2, color)
  context.fillStyle = sky
  context.fillRect(0, 0, WORLD_SIZE, WORLD_SIZE)

  context.fillStyle = colors.star
  for (let star = 0; star < 70; star++) {
    context.globalAlpha = random.between(0.15, 0.7)
    disc(context, random.between(0, 100), random.between(0, 62), random.between(0.08, 0.28))
  }
  context.globalAlpha = 1
  drawMoon(context, colors)

  for (const [layer, color] of colors.reeds.entries()) {
    context.strokeStyle = color
    context.fillStyle = color
    for (let x = -2; x < 102; x += layer === 0 ? 1.6 : 2.3)
      drawReed(context, x + random.between(-0.8, 0.8), random.between(4, layer === 0 ? 16 : 10))
  }
  return canvas
}

function drawMoon(context: CanvasRenderingContext2D, { moon }: SceneColors) {
  const halo = context.createRadialGradient(80, 16, 4, 80, 16, 22)
  halo.addColorStop(0, `${moon}38`)
  halo.addColorStop(0.5, `${moon}12`)
  halo.addColorStop(1, `${moon}00`)
  context.fillStyle = halo
  context.fillRect(50, 0, 50, 50)
  context.fillStyle = moon
  disc(context, 80, 16, 5.4)
  context.fillStyle = '#b9b29a66'
  for (const [x, y, radius] of [
    [78, 15, 1.2],
    [82, 18, 0.9],
    [81.5, 13.5, 0.6],
  ] as const)
    disc(context, x, y, radius)
}

function drawReed(context: CanvasRenderingContext2D, x: number, height: number) {
  const lean = (height - 8) * 0.16
  context.lineWidth = 0.35
  context.beginPath()
  context.moveTo(x, WORLD_SIZE)
  context.quadraticCurveTo(x, WORLD_SIZE - height / 2, x + lean, WORLD_SIZE - height)
  context.stroke()
  if (height < 7) return
  context.beginPath()
  context.ellipse(x + lean, WORLD_SIZE - height, 0.55, 1.7, lean * 0.1, 0, 2 * Math.PI)
  context.fill()
}

function disc(context: CanvasRenderingContext2D, x: number, y: number, radius: number) {
  context.beginPath()
  context.arc(x, y, radius, 0, 2 * Math.PI)
  context.fill()
}
