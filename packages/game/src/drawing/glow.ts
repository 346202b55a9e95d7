/** Soft points of light. Each color is drawn once, because gradients are slow on phones. */

const SIZE = 64
const sprites = new Map<string, HTMLCanvasElement>()

/** @param radius in the units of the context */
export function drawGlow(
  context: CanvasRenderingContext2D,
  { x, y }: { readonly x: number; readonly y: number },
  radius: number,
  color: string,
) {
  context.drawImage(spriteOf(color), x - radius, y - radius, radius * 2, radius * 2)
}

function spriteOf(color: string): HTMLCanvasElement {
  const drawn = sprites.get(color)
  if (drawn) return drawn
  const canvas = document.createElement('canvas')
  canvas.width = SIZE
  canvas.height = SIZE
  const context = canvas.getContext('2d')
  if (context) {
    const half = SIZE / 2
    const gradient = context.createRadialGradient(half, half, 0, half, half, half)
    gradient.addColorStop(0, '#ffffff')
    gradient.addColorStop(0.14, color)
    gradient.addColorStop(0.4, `${color}66`)
    gradient.addColorStop(1, `${color}00`)
    context.fillStyle = gradient
    context.fillRect(0, 0, SIZE, SIZE)
  }
  sprites.set(color, canvas)
  return canvas
}
