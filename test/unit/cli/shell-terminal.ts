/** An interactive shell at a terminal of its own, for tests of completion. */
import { spawn, spawnSync } from 'node:child_process'
import { stripVTControlCharacters } from 'node:util'

const TIMEOUT_MS = 60_000

export interface ShellTerminal {
  /** @returns what the terminal shows from then on, up to the end of the match */
  type(keys: string, until: RegExp): Promise<string>
  close(): void
}

/** Whether a test is skipped because a program is missing. In CI, no test is skipped. */
export function isMissing(program: string): boolean {
  if (spawnSync(program, ['--version']).status === 0 || process.env.CI === 'true') return false
  console.log(`skipped: ${program} is not installed`)
  return true
}

export function openTerminal(
  command: string,
  options: { readonly cwd: string; readonly env: NodeJS.ProcessEnv },
): ShellTerminal {
  // util-linux's `script` gives the shell a terminal and passes on what is written to it.
  const child = spawn('script', ['-qefc', command, '/dev/null'], options)
  let screen = ''
  let checkScreen = () => {}
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    screen += chunk
    checkScreen()
  })
  return {
    type: (keys, until) =>
      new Promise((resolve, reject) => {
        screen = ''
        const timer = setTimeout(
          () => reject(new Error(`${until} is not shown, but: ${JSON.stringify(screen)}`)),
          TIMEOUT_MS,
        )
        checkScreen = () => {
          const shown = stripVTControlCharacters(screen).replaceAll('\r', '')
          const match = until.exec(shown)
          if (!match) return
          clearTimeout(timer)
          resolve(shown.slice(0, match.index + match[0].length))
        }
        child.stdin.write(keys)
      }),
    close: () => void child.kill(),
  }
}
