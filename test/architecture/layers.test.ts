/** Shows that the code follows the dependency rule and that a violation of each part is refused. */
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { findViolations } from './find-violations.ts'
import { rulesViolatedBy, violationsIn } from './made-up-tree.ts'

describe('this repository', () => {
  it('has no violation', () => {
    expect(findViolations(path.resolve(import.meta.dirname, '../..'))).toEqual([])
  })
})

describe('an import between packages is refused', () => {
  it.each([
    ['core/src/a.ts', "import { x } from '@token-broker/functions'"],
    ['core/src/a.ts', "import { x } from '../../functions/src/app.ts'"],
    ['functions/src/app.ts', "import { main } from '@token-broker/local'"],
    ['local/src/a.ts', "import { x } from '@token-broker/client'"],
    ['client/src/a.ts', "import { BrokerError } from '@token-broker/core'"],
    ['console/src/a.tsx', "import { BrokerError } from '@token-broker/core'"],
    ['console/src/a.tsx', "import { type BrokerError } from '@token-broker/core'"],
    ['client/src/a.ts', "import type { Option } from '@token-broker/cli'"],
    ['cli/src/a.ts', "import { createBroker } from '@token-broker/functions'"],
    ['local/src/a.ts', "import { validate } from 'token-broker'"],
    ['unknown/src/a.ts', "import { BrokerError } from '@token-broker/core'"],
  ])('%s: %s', (file, text) => {
    expect(rulesViolatedBy(file, text)).toEqual(['package'])
  })
})

describe('an import between packages is accepted', () => {
  it.each([
    ['client/src/a.ts', "import type { Issued } from '@token-broker/core'"],
    ['console/src/a.tsx', "import type { Issued } from '@token-broker/functions'"],
    ['functions/src/app.ts', "import { BrokerError } from '@token-broker/core'"],
    ['local/src/a.ts', "import { composeBroker } from '@token-broker/functions'"],
    ['cli/src/a.ts', "import { runtime } from '@token-broker/local'"],
    ['cli/src/a.ts', "import { newHead } from '@token-broker/functions/tenant-table'"],
  ])('%s: %s', (file, text) => {
    expect(rulesViolatedBy(file, text)).toEqual([])
  })
})

describe('the folders of core', () => {
  const order = ['model', 'expression', 'policy', 'verify', 'decide', 'session', 'record']
  const pairs = order.flatMap((earlier, index) =>
    order.slice(index + 1).map((later) => [earlier, later] as const),
  )
  const violated = (from: string, to: string) =>
    rulesViolatedBy(`core/src/${from}/a.ts`, `import { b } from '../${to}/b.ts'`)

  it.each(pairs)('%s may not import %s', (earlier, later) => {
    expect(violated(earlier, later)).toEqual(['folder'])
    expect(violated(later, earlier)).toEqual([])
  })

  it.each(order)('%s may not import the compile step or the files at the top', (folder) => {
    expect(violated(folder, 'document')).toEqual(['folder'])
    const text = "import { issueCredentials } from '../issue-credentials.ts'"
    expect(rulesViolatedBy(`core/src/${folder}/a.ts`, text)).toEqual(['folder'])
    const type = "import type { Ports } from '../ports.ts'"
    expect(rulesViolatedBy(`core/src/${folder}/a.ts`, type)).toEqual(['folder'])
  })

  it.each(['verify', 'decide', 'session', 'record'])('document may not import %s', (folder) => {
    expect(violated('document', folder)).toEqual(['folder'])
  })

  it.each(['model', 'expression', 'policy'])('document may import %s', (folder) => {
    expect(violated('document', folder)).toEqual([])
  })

  it.each(order)('a file at the top may import %s', (folder) => {
    expect(rulesViolatedBy('core/src/a.ts', `import { b } from './${folder}/b.ts'`)).toEqual([])
  })

  it('a file at the top may not import the compile step', () => {
    const text = "import { compileTenants } from './document/index.ts'"
    expect(rulesViolatedBy('core/src/index.ts', text)).toEqual(['folder'])
  })

  it('a folder that the rule does not know is refused', () => {
    expect(violated('unknown', 'model')).toEqual(['folder'])
    expect(violated('record', 'unknown')).toEqual(['folder'])
  })
})

describe('an import between the folders of functions is refused', () => {
  it.each([
    ['endpoints/a.ts', '../adapters/sts/assume-role.ts'],
    ['endpoints/a.ts', '../adapters/caching.ts'],
    ['endpoints/a.ts', '../configuration/settings.ts'],
    ['endpoints/a.ts', '../lambda/broker.ts'],
    ['endpoints/a.ts', '../routing.ts'],
    ['adapters/sts/a.ts', '../../endpoints/native.ts'],
    ['adapters/sts/a.ts', '../../configuration/settings.ts'],
    ['adapters/sts/a.ts', '../../lambda/broker.ts'],
    ['adapters/sts/a.ts', '../../http.ts'],
    ['adapters/sts/a.ts', '../verifiers/key-cache.ts'],
    ['adapters/verifiers/a.ts', '../stores/tenant-table.ts'],
    ['adapters/stores/a.ts', '../signers/kms-signer.ts'],
    ['adapters/signers/a.ts', '../audit/stdout-audit.ts'],
    ['adapters/audit/a.ts', '../sts/assume-role.ts'],
    ['adapters/caching.ts', './sts/assume-role.ts'],
    ['adapters/unknown/a.ts', '../caching.ts'],
    ['configuration/a.ts', '../endpoints/native.ts'],
    ['configuration/a.ts', '../lambda/broker.ts'],
    ['configuration/a.ts', '../compose-broker.ts'],
    ['lambda/a.ts', '../endpoints/native.ts'],
    ['lambda/a.ts', '../adapters/sts/assume-role.ts'],
    ['compose-broker.ts', './lambda/broker.ts'],
    ['unknown/a.ts', '../http.ts'],
  ])('%s: %s', (file, target) => {
    const text = `import { b } from '${target}'`
    expect(rulesViolatedBy(`functions/src/${file}`, text)).toEqual(['folder'])
    const type = `import type { B } from '${target}'`
    expect(rulesViolatedBy(`functions/src/${file}`, type)).toEqual(['folder'])
  })
})

describe('an import between the folders of functions is accepted', () => {
  it.each([
    ['endpoints/a.ts', '../http.ts'],
    ['endpoints/a.ts', './b.ts'],
    ['adapters/verifiers/a.ts', './b.ts'],
    ['adapters/sts/a.ts', '../caching.ts'],
    ['adapters/stores/a.ts', '../caching.ts'],
    ['adapters/caching.ts', './b.ts'],
    ['configuration/a.ts', '../adapters/signers/kms-key.ts'],
    ['compose-broker.ts', './endpoints/native.ts'],
    ['compose-broker.ts', './adapters/sts/assume-role.ts'],
    ['compose-broker.ts', './configuration/settings.ts'],
    ['lambda/a.ts', '../compose-broker.ts'],
    ['lambda/a.ts', '../configuration/settings.ts'],
  ])('%s: %s', (file, target) => {
    const text = `import { b } from '${target}'`
    expect(rulesViolatedBy(`functions/src/${file}`, text)).toEqual([])
  })
})

it('a violation has the file, the line and what is allowed', () => {
  const file = 'packages/functions/src/endpoints/a.ts'
  expect(violationsIn({ [file]: "\nimport { b } from '../routing.ts'" })).toEqual([
    {
      file,
      line: 3,
      rule: 'folder',
      message:
        'imports packages/functions/src/routing.ts; ' +
        'packages/functions/src/endpoints may import http.ts',
    },
  ])
})
