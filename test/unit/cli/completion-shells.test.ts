/** `token-broker completion` in real shells: bash and zsh at a terminal, and fish. */
import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { BUILT_PROGRAM } from './run-cli.ts'
import { isMissing, openTerminal } from './shell-terminal.ts'
import { createTenantFolder } from './tenant-folder.ts'

const { directory: cwd } = await createTenantFolder()
const program = path.join(cwd, 'token-broker')
writeFileSync(program, `#!/bin/sh\nexec "${process.execPath}" "${BUILT_PROGRAM}" "$@"\n`)
chmodSync(program, 0o755)
mkdirSync(path.join(cwd, 'tenants'))
const env = { PATH: `${cwd}:/usr/bin:/bin`, HOME: cwd, TERM: 'xterm', LC_ALL: 'C.UTF-8' }

/** Lines as they are typed, and after Tab has been pressed at their end. */
const LINES: readonly (readonly [what: string, line: string, completed: string])[] = [
  ['a command', 'token-broker vali', 'token-broker validate'],
  ['a command of a group', 'token-broker tenant hi', 'token-broker tenant history'],
  ['an option', 'token-broker tenant rm acme --exp', 'token-broker tenant rm acme --expect'],
  ['a value', 'token-broker validate --format js', 'token-broker validate --format json'],
  ['a value after =', 'token-broker validate --format=js', 'token-broker validate --format=json'],
  ['a file', 'token-broker validate acm', 'token-broker validate acme.json'],
  [
    'the file of an option',
    'token-broker serve --token-file ac',
    'token-broker serve --token-file acme.json',
  ],
  ['a directory', 'token-broker explain --tenants ten', 'token-broker explain --tenants tenants/'],
  ['a command after --', 'token-broker exec -- token-bro', 'token-broker exec -- token-broker'],
  ['its file', 'token-broker exec -- cat acm', 'token-broker exec -- cat acme.json'],
]

describe.each([
  ['bash', 'bash --norc --noprofile -i', ''],
  ['zsh', 'zsh -f -i', 'bindkey -e; autoload -Uz compinit && compinit -D; '],
])('%s', (shell, command, setup) => {
  const skipped = isMissing(shell) || isMissing('script')
  it.skipIf(skipped)('completes lines at a terminal', { timeout: 120_000 }, async () => {
    const terminal = openTerminal(command, { cwd, env })
    const load = `${setup}PS1='> '; eval "$(token-broker completion ${shell})"; echo LOA''DED\n`
    await terminal.type(load, /^LOADED\n/m)
    for (const [, line, completed] of LINES) {
      // Tab, then "echo" at the start of the line, so that it is printed instead of run.
      const shown = await terminal.type(`${line}\t\u0001echo RES''ULT: \u0005\n`, /^RESULT: .*\n/m)
      // zsh removes the slash after a directory when another key is pressed.
      const result = /^RESULT: (.*?)\/? *\n/m.exec(shown)?.[1]
      expect(result).toBe(completed.replace(/\/$/, ''))
    }
    // With two candidates, a second Tab lists both.
    await terminal.type(
      'token-broker tenant r\t\t',
      /\brollback\b[\s\S]*\brm\b|\brm\b[\s\S]*\brollback\b/,
    )
    terminal.close()
  })
})

describe('fish', () => {
  it.skipIf(isMissing('fish')).each(LINES)('completes %s', (_what, line, completed) => {
    const candidates = completeInFish(line).map((candidate) => candidate.split('\t')[0])
    expect(candidates).toContain(completed.split(' ').at(-1))
  })

  it.skipIf(isMissing('fish'))('shows descriptions', () => {
    expect(completeInFish('token-broker vali')).toEqual([
      'validate\tcheck tenant documents and print every finding',
    ])
  })
})

function completeInFish(line: string): string[] {
  const script = `token-broker completion fish | source; complete -C ${JSON.stringify(line)}`
  const { stdout } = spawnSync('fish', ['--no-config', '-c', script], { env, cwd })
  return stdout.toString().trimEnd().split('\n')
}
