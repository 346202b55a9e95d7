/** The glass of the lantern, by the name that is stored in the profile. */

const GLASS: Readonly<Record<string, string>> = {
  honey: '#ffc24d',
  rose: '#ff8fa3',
  mint: '#8ff0b4',
  sky: '#86c8ff',
  violet: '#c9a2ff',
}

export function glassColor(lamp: string): string {
  return GLASS[lamp] ?? '#ffc24d'
}
