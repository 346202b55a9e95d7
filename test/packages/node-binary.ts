/** Finds the Node.js versions that the published packages are tested on. */
import { existsSync } from 'node:fs'
import path from 'node:path'

export type NodeMajor = 20 | 22 | 24

/** 24 is the version that this repository is developed with, and comes with `npm ci`. */
export function nodeBinary(major: NodeMajor): string {
  const platform = `${process.platform}-${process.arch}`
  const folder =
    major === 24
      ? `../../node_modules/node-${platform}`
      : `node-versions/node_modules/node-${major}-${platform}`
  return path.join(import.meta.dirname, folder, 'bin/node')
}

/** With CI=true, a test must not be skipped, so it fails if the version is not installed. */
export function skipsNode(major: NodeMajor): boolean {
  const skips = !existsSync(nodeBinary(major)) && process.env.CI !== 'true'
  if (skips)
    console.warn(
      `Tests on Node.js ${major} are skipped: it is not installed (npm run install:node-versions)`,
    )
  return skips
}
