/** Files of this program: no links, no files of other users, and no other file is removed. */
import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { UsageError } from '../../../packages/cli/src/cli-error.ts'
import {
  openPrivateDirectory,
  readPrivateFile,
  sweepDirectory,
  writePrivateFile,
} from '../../../packages/cli/src/session/private-files.ts'
import { listProfiles, readProfile } from '../../../packages/cli/src/session/profiles.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'token-broker-files-'))
afterAll(() => rmSync(folder, { recursive: true }))
let at = ''
let count = 0
beforeEach(() => {
  at = path.join(folder, String(count++))
  mkdirSync(at)
})
const OTHER_USER = 12_345
/** Only root can give a file to another user. */
const isRoot = process.getuid?.() === 0
const itAsRoot = isRoot ? it : it.skip
if (!isRoot) console.log('skipped: tests with files of another user, which only root can create')

describe('the directory of the cache', () => {
  it('is created for this user only, and corrected if it is open to others', () => {
    const directory = path.join(at, 'a', 'token-broker')
    openPrivateDirectory(directory)
    expect(modeOf(directory)).toBe(0o700)
    for (const mode of [0o755, 0o777, 0o500]) {
      chmodSync(directory, mode)
      openPrivateDirectory(directory)
      expect(modeOf(directory)).toBe(0o700)
    }
  })

  it('is not a link, wherever the link leads', () => {
    const target = path.join(at, 'target')
    mkdirSync(target, { mode: 0o755 })
    const link = path.join(at, 'link')
    symlinkSync(target, link)
    expect(() => openPrivateDirectory(link)).toThrow(`${link} is not a directory`)
    expect(modeOf(target)).toBe(0o755)
    const dangling = path.join(at, 'dangling')
    symlinkSync(path.join(at, 'nowhere'), dangling)
    expect(() => openPrivateDirectory(dangling)).toThrow()
    expect(existsSync(path.join(at, 'nowhere'))).toBe(false)
  })

  it('may be below a link, as ~/.cache is on some machines', () => {
    mkdirSync(path.join(at, 'disk'))
    symlinkSync(path.join(at, 'disk'), path.join(at, 'cache'))
    openPrivateDirectory(path.join(at, 'cache', 'token-broker'))
    expect(modeOf(path.join(at, 'disk', 'token-broker'))).toBe(0o700)
  })

  it('is not a file', () => {
    writeFileSync(path.join(at, 'file'), '')
    expect(() => openPrivateDirectory(path.join(at, 'file'))).toThrow()
  })

  itAsRoot('does not belong to another user', () => {
    const directory = path.join(at, 'token-broker')
    mkdirSync(directory, { mode: 0o755 })
    chownSync(directory, OTHER_USER, OTHER_USER)
    expect(() => openPrivateDirectory(directory)).toThrow(`${directory} belongs to another user`)
    expect(modeOf(directory)).toBe(0o755)
  })
})

describe('a private file', () => {
  it('is read as it was written', () => {
    const file = path.join(at, 'file')
    writePrivateFile(file, 'text')
    expect([readPrivateFile(file), modeOf(file)]).toEqual(['text', 0o600])
  })

  it('is not read through a link, or if others can read or write it', () => {
    const file = path.join(at, 'file')
    writePrivateFile(file, 'text')
    symlinkSync(file, path.join(at, 'link'))
    expect(readPrivateFile(path.join(at, 'link'))).toBeUndefined()
    for (const mode of [0o640, 0o620, 0o604, 0o602]) {
      chmodSync(file, mode)
      expect(readPrivateFile(file)).toBeUndefined()
    }
  })

  it('replaces a link, and not the file that the link leads to', () => {
    const victim = path.join(at, 'victim')
    writeFileSync(victim, 'unchanged')
    const file = path.join(at, 'file')
    symlinkSync(victim, file)
    writePrivateFile(file, 'text')
    expect([lstatSync(file).isFile(), readPrivateFile(file)]).toEqual([true, 'text'])
    expect(statSync(victim).size).toBe('unchanged'.length)
  })

  itAsRoot('is not read if it belongs to another user', () => {
    const file = path.join(at, 'file')
    writePrivateFile(file, 'text')
    chownSync(file, OTHER_USER, OTHER_USER)
    expect(readPrivateFile(file)).toBeUndefined()
  })
})

describe('the sweep', () => {
  const DIGEST = 'a'.repeat(64)
  const UUID = '12345678-1234-1234-1234-123456789abc'
  const OWN = [
    `${DIGEST}.json`,
    `${DIGEST}.failure`,
    `${DIGEST}.lock`,
    `${DIGEST}.json.${UUID}.tmp`,
    `${DIGEST}.failure.${UUID}.tmp`,
    `${DIGEST}.lock.${UUID}.tmp`,
  ]
  const FOREIGN = [
    'notes.txt',
    'profiles.json',
    'draft.tmp',
    `${DIGEST}`,
    `${DIGEST}.json.bak`,
    `x${DIGEST}.json`,
    `${DIGEST.slice(1)}.json`,
    `${DIGEST.toUpperCase()}.json`,
    `${DIGEST}.json.${UUID}`,
  ]

  it('removes old files with its own names only', () => {
    const now = Date.now()
    for (const name of [...OWN, ...FOREIGN]) write(name, now - 25 * 3_600_000)
    sweepDirectory(at, now)
    expect(OWN.filter((name) => existsSync(path.join(at, name)))).toEqual([])
    expect(FOREIGN.filter((name) => !existsSync(path.join(at, name)))).toEqual([])
  })

  it('keeps credentials for a day, and drafts for a minute', () => {
    const now = Date.now()
    const draft = `${DIGEST}.json.${UUID}.tmp`
    write(`${DIGEST}.json`, now - 23 * 3_600_000)
    write(draft, now - 30_000)
    sweepDirectory(at, now)
    expect(existsSync(path.join(at, draft))).toBe(true)
    sweepDirectory(at, now + 60_000)
    expect(existsSync(path.join(at, draft))).toBe(false)
    expect(existsSync(path.join(at, `${DIGEST}.json`))).toBe(true)
  })

  it('removes a link and not what it leads to', () => {
    const victim = path.join(at, 'victim')
    writeFileSync(victim, '')
    symlinkSync(victim, path.join(at, `${DIGEST}.json`))
    sweepDirectory(at, Date.now() + 25 * 3_600_000)
    expect(existsSync(victim)).toBe(true)
    expect(lstatSync(path.join(at, `${DIGEST}.json`), { throwIfNoEntry: false })).toBeUndefined()
  })

  function write(name: string, modifiedMs: number): void {
    const file = path.join(at, name)
    writeFileSync(file, '')
    utimesSync(file, modifiedMs / 1000, modifiedMs / 1000)
  }
})

describe('profiles.json', () => {
  const PROFILES = '{"work":{"endpoint":"https://broker.example"}}'
  const writeProfiles = (mode = 0o600): string => {
    mkdirSync(path.join(at, 'token-broker'))
    const file = path.join(at, 'token-broker', 'profiles.json')
    writeFileSync(file, PROFILES, { mode })
    chmodSync(file, mode)
    return file
  }
  const read = () => readProfile({ XDG_CONFIG_HOME: at }, 'work')

  it.each([0o600, 0o644, 0o664, 0o400])('is read with the mode %o', (mode) => {
    writeProfiles(mode)
    expect(read()).toEqual({ endpoint: 'https://broker.example' })
    expect(listProfiles({ XDG_CONFIG_HOME: at })).toEqual(['work'])
  })

  it('is refused if every user can write it: it may name a command', () => {
    const file = writeProfiles(0o646)
    expect(read).toThrow(UsageError)
    expect(read).toThrow(
      `profile "work": cannot read ${file}: every user can write it; run chmod o-w`,
    )
    expect(listProfiles({ XDG_CONFIG_HOME: at })).toEqual([])
  })

  it('may be a link to a file of this user', () => {
    const file = writeProfiles()
    const config = path.join(at, 'config')
    mkdirSync(path.join(config, 'token-broker'), { recursive: true })
    symlinkSync(file, path.join(config, 'token-broker', 'profiles.json'))
    expect(readProfile({ XDG_CONFIG_HOME: config }, 'work').endpoint).toBe('https://broker.example')
  })

  itAsRoot('is refused if it belongs to another user, also behind a link', () => {
    const file = writeProfiles()
    chownSync(file, OTHER_USER, OTHER_USER)
    const message = 'it belongs to another user'
    expect(read).toThrow(`profile "work": cannot read ${file}: ${message}`)
    expect(listProfiles({ XDG_CONFIG_HOME: at })).toEqual([])
    const config = path.join(at, 'config')
    mkdirSync(path.join(config, 'token-broker'), { recursive: true })
    symlinkSync(file, path.join(config, 'token-broker', 'profiles.json'))
    expect(() => readProfile({ XDG_CONFIG_HOME: config }, 'work')).toThrow(message)
  })
})

function modeOf(file: string): number {
  return statSync(file).mode & 0o777
}
