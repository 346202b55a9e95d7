/** Shows that a dependency or a global used outside its place is refused. */
import { describe, expect, it } from 'vitest'
import { rulesViolatedBy, violationsIn } from './made-up-tree.ts'

describe('a dependency is refused outside its place', () => {
  it.each([
    ['core/src/a.ts', "import { readFileSync } from 'node:fs'"],
    ['core/src/a.ts', "import { readFileSync } from 'fs'"],
    ['core/src/a.ts', "import { createHash } from 'node:crypto'"],
    ['core/src/document/a.ts', "import { createHash } from 'node:crypto'"],
    ['core/src/document/a.ts', "import { readFileSync } from 'node:fs'"],
    ['core/src/expression/cel.ts', "import { parse } from '@bufbuild/cel'"],
    ['core/src/a.ts', "export * from 'zod/mini'"],
    ['core/src/model/digest.ts', "import { jwtVerify } from 'jose'"],
    ['functions/src/app.ts', "import { jwtVerify } from 'jose'"],
    ['functions/src/app.ts', "import * as yaml from 'yaml'"],
    ['functions/src/app.ts', "import { RegExpParser } from '@eslint-community/regexpp'"],
    ['functions/src/app.ts', "const { STSClient } = await import('@aws-sdk/client-sts')"],
    ['functions/src/app.ts', "type Client = import('@aws-sdk/client-sts').STSClient"],
    ['functions/src/adapters/signers/a.ts', "import { Sign$ } from '@aws-sdk/client-kms'"],
    ['functions/src/app.ts', "import {\n  type Middy,\n} from '@middy/core'"],
    ['functions/src/app.ts', "import type { Context } from 'aws-lambda'"],
    ['local/src/runtime.ts', "import Provider from 'oidc-provider'"],
    ['local/src/main.ts', "import { Command } from 'commander'"],
    ['functions/src/app.ts', "import unknown from 'unknown'"],
  ])('%s: %s', (file, text) => {
    expect(rulesViolatedBy(file, text)).toEqual(['dependency'])
  })
})

describe('a dependency is accepted in its place', () => {
  it.each([
    ['core/src/model/digest.ts', "import { createHash } from 'node:crypto'"],
    ['core/src/document/schema.ts', "import * as z from 'zod'\nimport { parse } from 'yaml'"],
    ['core/src/document/a.ts', "import { RegExpParser } from '@eslint-community/regexpp'"],
    ['local/src/a.ts', "import { jwtVerify } from 'jose'"],
    ['functions/src/adapters/sts/a.ts', "import { STSClient } from '@aws-sdk/client-sts'"],
    ['functions/src/adapters/signers/kms-calls.ts', "import { Sign$ } from '@aws-sdk/client-kms'"],
    ['functions/src/lambda/broker.ts', "import middy from '@middy/core'"],
    ['functions/src/lambda/a.ts', "import type { Context } from 'aws-lambda'"],
    ['functions/src/app.ts', "import { createServer } from 'node:http'"],
    ['local/src/demo-idp.ts', "import Provider from 'oidc-provider'"],
    ['cli/src/main.ts', "import { Command } from 'commander'"],
  ])('%s: %s', (file, text) => {
    expect(rulesViolatedBy(file, text)).toEqual([])
  })
})

describe('a global is refused outside its place', () => {
  it.each([
    ['functions/src/app.ts', 'const level = process.env.LOG'],
    ['functions/src/app.ts', 'const { LOG } = process.env'],
    ['functions/src/configuration/settings.ts', 'const level = process.env.LOG'],
    ['functions/src/lambda/api-gateway.ts', 'const level = process.env.LOG'],
    ['local/src/runtime.ts', 'const region = process.env.AWS_REGION'],
    ['cli/src/validate.ts', 'const color = process.env.NO_COLOR'],
    ['core/src/document/a.ts', 'export const at = Date.now()'],
    ['functions/src/app.ts', 'const now = new Date()'],
    ['functions/src/app.ts', 'const at = process.hrtime.bigint()'],
    ['functions/src/app.ts', 'const at = performance.now()'],
    ['functions/src/app.ts', 'const label = `${Date.now()} ms`'],
    ['functions/src/app.ts', "const a = `it's`, b = f('x')\nconst at = Date.now()"],
    ['functions/src/app.ts', "const a = s.replace(/['`]/g, '')\nconst at = Date.now()"],
    ['functions/src/app.ts', 'const a = `x ${ { b: `y` } } z`, at = Date.now()'],
    ['client/src/a.ts', 'const at = Date.now()'],
    ['functions/src/app.ts', 'const id = Math.random()'],
    ['functions/src/app.ts', "import { randomUUID } from 'node:crypto'"],
    ['client/src/platform.ts', 'const id = Math.random()'],
    ['functions/src/app.ts', "const page = await fetch('https://id.example')"],
    ['client/src/a.ts', "const page = await fetch('https://id.example')"],
  ])('%s: %s', (file, text) => {
    expect(rulesViolatedBy(file, text)).toEqual(['global'])
  })
})

describe('a global is accepted in its place, and so is what only looks like one', () => {
  it.each([
    ['functions/src/lambda/issuer.ts', 'const issuer = compose(process.env, Date.now)'],
    ['functions/src/lambda/broker.ts', 'const now = Date.now(), env = process.env'],
    ['local/src/main.ts', 'const region = process.env.AWS_REGION, id = Math.random()'],
    ['client/src/platform.ts', "const at = Date.now(), page = await fetch('https://id.example')"],
    ['functions/src/adapters/sts/a.ts', "const x = this.fetch('a')"],
    [
      'functions/src/app.ts',
      "// fetch('x') at Date.now()\n/* process.env */\nconst text = 'Date.now() of jose'",
    ],
    ['functions/src/app.ts', 'const at = new Date(now()), text = `fetch() ${at} process.env`'],
    [
      'functions/src/app.ts',
      "interface A { fetch: (url: string) => void }\nconst go = (a: A) => a.fetch('x')",
    ],
  ])('%s: %s', (file, text) => {
    expect(rulesViolatedBy(file, text)).toEqual([])
  })
})

it('a violation has the file, the line and the places that are allowed', () => {
  const file = 'packages/functions/src/app.ts'
  expect(violationsIn({ [file]: "\nimport { jwtVerify } from 'jose'" })).toEqual([
    {
      file,
      line: 3,
      rule: 'dependency',
      message: 'imports jose, which is allowed only in packages/local/',
    },
  ])
})
