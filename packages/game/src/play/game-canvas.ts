/** The canvas: its size, its colors, and where in the marsh a pointer is. */

import { drawRound } from '../drawing/draw-round.ts'
import { drawMarsh } from '../drawing/marsh.ts'
import { type SceneColors, sceneColors } from '../drawing/scene-colors.ts'
import { addSparks, ageSparks, drawSparks } from '../drawing/sparks.ts'
import { type Point, type Round, WORLD_SIZE } from '../engine/round.ts'

const FLASH_SECONDS = 0.35
/** So that a finger does not cover the lantern. */
const ABOVE_FINGER = 7

export interface GameCanvas {
  /** @param seconds since the last drawing */
  draw(round: Round, seconds: number): void
  /** Takes up what happened in a step. */
  show(round: Round): void
  positionOf(event: PointerEvent): Point
  close(): void
}

export function createGameCanvas(canvas: HTMLCanvasElement, glass: string): GameCanvas {
  const context = canvas.getContext('2d')
  const isDark = matchMedia('(prefers-color-scheme: dark)')
  const reducesMotion = matchMedia('(prefers-reduced-motion: reduce)')
  let colors: SceneColors = sceneColors(isDark.matches)
  let marsh: HTMLCanvasElement | undefined
  let sparks: ReturnType<typeof ageSparks> = []
  let flash = 0

  const resize = () => {
    const size = Math.round(canvas.clientWidth * Math.min(2, devicePixelRatio))
    if (size === 0 || (canvas.width === size && marsh)) return
    canvas.width = size
    canvas.height = size
    marsh = drawMarsh(size, colors)
  }
  const recolor = () => {
    colors = sceneColors(isDark.matches)
    marsh = undefined
    resize()
  }
  const observer = new ResizeObserver(resize)
  observer.observe(canvas)
  isDark.addEventListener('change', recolor)

  return {
    show({ events }) {
      for (const event of events) {
        if (event.kind === 'flared') flash = 1
        sparks = addSparks(sparks, event, colors, reducesMotion.matches)
      }
    },
    draw(round, seconds) {
      resize()
      if (!context || !marsh) return
      sparks = ageSparks(sparks, seconds)
      flash = Math.max(0, flash - seconds / FLASH_SECONDS)
      const isStill = reducesMotion.matches
      context.setTransform(1, 0, 0, 1, 0, 0)
      context.drawImage(marsh, 0, 0)
      context.scale(canvas.width / WORLD_SIZE, canvas.width / WORLD_SIZE)
      drawRound(context, round, { colors, glass, isStill, flash: isStill ? 0 : flash })
      drawSparks(context, sparks)
    },
    positionOf(event) {
      const { left, top, width } = canvas.getBoundingClientRect()
      const above = event.pointerType === 'touch' ? ABOVE_FINGER : 0
      return {
        x: ((event.clientX - left) / width) * WORLD_SIZE,
        y: ((event.clientY - top) / width) * WORLD_SIZE - above,
      }
    },
    close() {
      observer.disconnect()
      isDark.removeEventListener('change', recolor)
    },
  }
}
