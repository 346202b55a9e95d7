/** The folder of `npm start -- --data DIR`. */
import { statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { identitySettings } from '../../../packages/local/src/kept-identities.ts'
import { makeTemporaryFolder } from '../../fixtures/index.ts'

it('keeps the secret of the sample pool between runs, for its owner only', async () => {
  const folder = path.join(makeTemporaryFolder(), 'new')
  const first = await identitySettings(folder, false)
  expect(first).toEqual({
    BROKER_SECRET_DEMO_POOL: expect.stringMatching(/^[0-9a-f]{64}$/),
    BROKER_IDENTITIES_FILE: path.join(folder, 'identities.jsonl'),
  })
  expect(await identitySettings(folder, false)).toEqual(first)
  expect(statSync(path.join(folder, 'demo-pool-secret')).mode & 0o777).toBe(0o600)
})

it('makes a new secret, and names no file, without a folder or with a table', async () => {
  const folder = makeTemporaryFolder()
  const runs = [await identitySettings(undefined, false), await identitySettings(folder, true)]
  for (const settings of runs) expect(Object.keys(settings)).toEqual(['BROKER_SECRET_DEMO_POOL'])
  expect(runs[0]).not.toEqual(runs[1])
})

it('refuses a folder that is a file', async () => {
  const file = path.join(makeTemporaryFolder(), 'file')
  writeFileSync(file, '')
  await expect(identitySettings(file, false)).rejects.toThrow('--data (BROKER_DATA): the folder')
})
