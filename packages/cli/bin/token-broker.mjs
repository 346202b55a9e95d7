#!/usr/bin/env node
/** Runs the source in the repository, without a build, and the built program where installed. */
const { existsSync } = process.getBuiltinModule('node:fs')
if (existsSync(new URL('../src/main.ts', import.meta.url))) await import('../src/main.ts')
else await import('../dist/main.mjs')
