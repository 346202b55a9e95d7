/** The colors of the marsh: dusk in the light scheme, night in the dark one. */

export interface SceneColors {
  /** From the top of the sky to the water. */
  readonly sky: readonly [string, string, string]
  readonly reeds: readonly [string, string]
  readonly moon: string
  readonly star: string
  readonly lantern: string
  readonly light: string
  readonly amber: string
  readonly blue: string
  readonly moth: string
  readonly text: string
}

const NIGHT: SceneColors = {
  sky: ['#070b1f', '#101a3d', '#152a4a'],
  reeds: ['#0a1730', '#050c1d'],
  moon: '#e9e4cf',
  star: '#c9d4ff',
  lantern: '#ffd98a',
  light: '255, 190, 92',
  amber: '#ffd257',
  blue: '#7fd8ff',
  moth: '#d8cfc4',
  text: '#fff3d6',
}

const DUSK: SceneColors = {
  ...NIGHT,
  sky: ['#2b2f63', '#4b4f8c', '#6f6a9c'],
  reeds: ['#2a2f5c', '#1c2047'],
  star: '#f3ecff',
  light: '255, 206, 120',
}

export function sceneColors(isDark: boolean): SceneColors {
  return isDark ? NIGHT : DUSK
}
