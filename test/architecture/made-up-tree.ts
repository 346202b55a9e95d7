/** A source tree for one test, with the violations that are found in it. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { findViolations } from './find-violations.ts'
import type { Violation } from './violation.ts'

/** @param files texts by path below the root; each file begins with a docstring that is added */
export function violationsIn(files: Readonly<Record<string, string>>): readonly Violation[] {
  const root = mkdtempSync(path.join(tmpdir(), 'layers-'))
  try {
    for (const [file, text] of Object.entries(files)) {
      const target = path.join(root, file)
      mkdirSync(path.dirname(target), { recursive: true })
      writeFileSync(target, `/** Made up. */\n${text}\n`)
    }
    return findViolations(root)
  } finally {
    rmSync(root, { recursive: true })
  }
}

/** The rules that a single file below `packages/` violates. */
export function rulesViolatedBy(file: string, text: string): readonly string[] {
  return violationsIn({ [`packages/${file}`]: text }).map(({ rule }) => rule)
}
