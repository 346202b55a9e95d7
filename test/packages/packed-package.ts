/** Packs a workspace in a clean clone of this repository and installs it in an empty folder. */
import { execFile } from 'node:child_process'
import {
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  rmSync,
  symlinkSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'

export interface InstalledPackage {
  /** Was empty before the installation. */
  readonly folder: string
  /** Paths in the tarball. */
  readonly files: readonly string[]
  /** Removes the clone and the folder. */
  remove(): void
}

export const REPOSITORY = path.join(import.meta.dirname, '../..')
export const run = promisify(execFile)

/** @param workspace name of a folder in `packages/` */
export async function installPacked(workspace: string): Promise<InstalledPackage> {
  const root = mkdtempSync(path.join(tmpdir(), 'token-broker-package-'))
  const clone = path.join(root, 'clone')
  const packed = path.join(root, 'packed')
  const folder = path.join(root, 'app')
  await cloneRepository(clone)
  for (const created of [packed, folder]) mkdirSync(created)
  const cwd = path.join(clone, 'packages', workspace)
  // No build has run in the clone: the script `prepack` must do it.
  await run('npm', ['pack', '--pack-destination', packed], { cwd })
  const [tarball = ''] = readdirSync(packed).map((name) => path.join(packed, name))
  // Offline, because the packages have no dependencies.
  await run('npm', ['install', '--prefix', folder, '--offline', tarball], { cwd: folder })
  const { stdout } = await run('tar', ['-tzf', tarball])
  const files = stdout
    .trim()
    .split('\n')
    .map((name) => name.replace(/^package\//, ''))
  return { folder, files: files.sort(), remove: () => rmSync(root, { recursive: true }) }
}

/** Clones the last commit, then applies uncommitted changes, so that a developer's are tested. */
async function cloneRepository(clone: string): Promise<void> {
  await run('git', ['clone', '--quiet', REPOSITORY, clone])
  const status = ['status', '--porcelain', '-z', '--untracked-files=all', '--no-renames']
  const { stdout } = await run('git', status, { cwd: REPOSITORY })
  for (const entry of stdout.split('\0').filter(Boolean)) {
    const file = entry.slice('XY '.length)
    const [from, to] = [path.join(REPOSITORY, file), path.join(clone, file)]
    if (existsSync(from)) cpSync(from, to)
    else rmSync(to, { force: true })
  }
  // Linked, because `npm ci` takes half a minute.
  for (const modules of globSync(['node_modules', 'packages/*/node_modules'], { cwd: REPOSITORY }))
    linkModules(path.join(REPOSITORY, modules), path.join(clone, modules))
}

function linkModules(from: string, to: string): void {
  mkdirSync(to)
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [path.join(from, entry.name), path.join(to, entry.name)]
    if (entry.name.startsWith('@')) linkModules(source, target)
    // A workspace: its relative link leads to the clone's own `packages`.
    else symlinkSync(entry.isSymbolicLink() ? readlinkSync(source) : source, target)
  }
}
