#!/usr/bin/env node
/** Runs the source in the repository, where it needs no build, and the build where it is installed. */
const { existsSync } = process.getBuiltinModule('node:fs')
if (existsSync(new URL('../src/main.ts', import.meta.url))) await import('../src/main.ts')
else await import('../dist/main.mjs')
