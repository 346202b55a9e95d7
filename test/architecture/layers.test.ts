/** Shows that the dependency rule holds in the real tree and that each kind of breach, planted in a made-up tree, is seen. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { findBreaches } from './find-breaches.ts'

let root: string

beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'layers-'))
})

afterEach(() => rmSync(root, { recursive: true }))

function plant(file: string, text: string) {
  const target = path.join(root, 'packages', file)
  mkdirSync(path.dirname(target), { recursive: true })
  writeFileSync(target, text)
  return findBreaches(root).map(
    ({ file, line, rule }) => `${file.replace('packages/', '')}:${line} ${rule}`,
  )
}

describe('the real tree', () => {
  it('has no breach', () => {
    expect(findBreaches(path.resolve(import.meta.dirname, '../..'))).toEqual([])
  })
})

describe('planted breaches', () => {
  it.each([
    ['core/src/a.ts', "import { x } from '@token-broker/functions'", ['packages', 'core']],
    ['core/src/a.ts', "import { x } from '../../functions/src/app.ts'", ['packages']],
    ['core/src/a.ts', "import { readFileSync } from 'node:fs'", ['core']],
    ['core/src/a.ts', "import { createHash } from 'node:crypto'", ['core']],
    ['core/src/a.ts', "import { parse } from '@marcbachmann/cel-js'", ['core', 'door']],
    ['core/src/a.ts', "import { compileTenants } from './compile/index.ts'", ['core']],
    ['core/src/a.ts', "export * from 'zod/mini'", ['core', 'door']],
    ['core/src/compile/a.ts', 'export const at = Date.now()', ['door']],
    ['functions/src/app.ts', "import { main } from '@token-broker/local'", ['packages']],
    ['functions/src/app.ts', "import { jwtVerify } from 'jose'", ['door']],
    ['functions/src/app.ts', "import * as yaml from 'yaml'", ['door']],
    ['functions/src/app.ts', "import { RegExpParser } from '@eslint-community/regexpp'", ['door']],
    ['functions/src/app.ts', "const { STSClient } = await import('@aws-sdk/client-sts')", ['door']],
    [
      'functions/src/adapters/signers/a.ts',
      "import { Sign$ } from '@aws-sdk/client-kms'",
      ['door'],
    ],
    ['functions/src/app.ts', "import {\n  type Middy,\n} from '@middy/core'", ['door']],
    ['functions/src/app.ts', 'const level = process.env.LOG', ['door']],
    ['functions/src/app.ts', 'const { LOG } = process.env', ['door']],
    ['functions/src/app.ts', 'const now = new Date()', ['door']],
    ['functions/src/app.ts', 'const label = `${Date.now()} ms`', ['door']],
    ['functions/src/app.ts', "const a = `it's`, b = f('x')\nconst at = Date.now()", ['door']],
    ['functions/src/app.ts', "const a = s.replace(/['`]/g, '')\nconst at = Date.now()", ['door']],
    ['functions/src/app.ts', 'const a = `x ${ { b: `y` } } z`, at = Date.now()', ['door']],
    ['functions/src/app.ts', 'const id = Math.random()', ['door']],
    ['functions/src/app.ts', "import { randomUUID } from 'node:crypto'", ['door']],
    ['functions/src/app.ts', "const page = await fetch('https://id.example')", ['door']],
    [
      'functions/src/surfaces/a.ts',
      "import { sts } from '../adapters/sts/assume-role.ts'",
      ['separate'],
    ],
    [
      'functions/src/surfaces/a.ts',
      "import { createLruMap } from '../adapters/caching.ts'",
      ['separate'],
    ],
    [
      'functions/src/adapters/caching.ts',
      "import { sts } from './sts/assume-role.ts'",
      ['separate'],
    ],
    [
      'functions/src/adapters/sts/a.ts',
      "import { native } from '../../surfaces/native.ts'",
      ['separate'],
    ],
    [
      'functions/src/adapters/sts/a.ts',
      "import { cache } from '../verifiers/key-cache.ts'",
      ['separate'],
    ],
    ['client/src/a.ts', "import { BrokerError } from '@token-broker/core'", ['packages']],
    ['client/src/a.ts', 'const at = Date.now()', ['door']],
    ['client/src/a.ts', "const page = await fetch('https://id.example')", ['door']],
    ['cli/src/a.ts', "import { createBroker } from '@token-broker/functions'", ['packages']],
    ['functions/src/configuration.ts', 'const level = process.env.LOG', ['door']],
    ['functions/src/lambda/api-gateway.ts', 'const level = process.env.LOG', ['door']],
    ['local/src/runtime.ts', 'const region = process.env.AWS_REGION', ['door']],
    ['cli/src/validate.ts', 'const color = process.env.NO_COLOR', ['door']],
  ])('%s: %s', (file, text, rules) => {
    const seen = plant(file, `/** Made up. */\n${text}\n`)
    expect(seen.map((breach) => breach.split(' ')[1])).toEqual(rules)
    expect(seen[0]).toMatch(/:[234] /)
  })

  it('names the file, the line and the place where it belongs', () => {
    plant('functions/src/app.ts', "/** Made up. */\n\nimport { jwtVerify } from 'jose'\n")
    const [breach] = findBreaches(root)
    expect(breach).toMatchObject({ file: 'packages/functions/src/app.ts', line: 3, rule: 'door' })
    expect(breach?.message).toContain('adapters/{verifiers,signers}')
  })
})

describe('what is allowed', () => {
  it.each([
    [
      'functions/src/adapters/verifiers/a.ts',
      "import { jwtVerify } from 'jose'\nimport { b } from './b.ts'",
    ],
    [
      'functions/src/adapters/sts/a.ts',
      "import { STSClient } from '@aws-sdk/client-sts'\nconst x = this.fetch('a')",
    ],
    ['functions/src/adapters/signers/kms-calls.ts', "import { Sign$ } from '@aws-sdk/client-kms'"],
    [
      'functions/src/lambda/issuer.ts',
      'const issuer = composeIssuer(process.env, { now: Date.now })',
    ],
    ['functions/src/adapters/sts/a.ts', "import { createLruMap } from '../caching.ts'"],
    ['functions/src/adapters/stores/a.ts', "import { createLruMap } from '../caching.ts'"],
    ['local/src/main.ts', 'const region = process.env.AWS_REGION, id = Math.random()'],
    [
      'functions/src/lambda/broker.ts',
      "import middy from '@middy/core'\nconst now = Date.now(), env = process.env",
    ],
    [
      'functions/src/surfaces/a.ts',
      "import { b } from './b.ts'\nimport type { Issued } from '@token-broker/core'",
    ],
    [
      'functions/src/app.ts',
      "// fetch('x') at Date.now()\n/* process.env */\nconst text = 'Date.now() of jose'",
    ],
    ['functions/src/app.ts', 'const at = new Date(now()), text = `fetch() ${at} process.env`'],
    [
      'functions/src/app.ts',
      "interface A { fetch: (url: string) => void }\nconst go = (a: A) => a.fetch('x')",
    ],
    ['client/src/a.ts', "import type { Issued } from '@token-broker/core'"],
    ['client/src/platform.ts', "const at = Date.now(), page = await fetch('https://id.example')"],
    ['core/src/digest.ts', "import { createHash } from 'node:crypto'"],
    ['core/src/compile/schema.ts', "import * as z from 'zod'\nimport { cel } from '../cel.ts'"],
  ])('%s: %s', (file, text) => {
    expect(plant(file, text)).toEqual([])
  })
})
