/** Runs shell blocks of the documentation as a reader would paste them, with a local runtime. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { ROOT, readPage } from './markdown.ts'

const START = /^npm (?:ci && npm )?start(?: -- (.*))?$/
const DEMO = 'npm run --silent demo --'
const END_OF_BLOCK = 'the-block-has-ended'

export interface Pasted {
  /** What each block printed, without the block that starts the runtime. */
  readonly outputs: readonly string[]
  readonly auditRecords: () => readonly Record<string, unknown>[]
  /** What the runtime printed before it was ready. */
  readonly startText: () => string
  /** Runs one more block in the same shell, and returns what it prints. */
  readonly run: (block: string) => Promise<string>
  /** The same text with the ports that the runtime really has. */
  readonly withPorts: (text: string) => string
  readonly close: () => Promise<void>
}

interface StartedRuntime extends Pick<Pasted, 'auditRecords' | 'withPorts' | 'startText'> {
  readonly child: ChildProcessWithoutNullStreams
  /** Variables with which `npm run demo` finds the runtime. */
  readonly portSettings: readonly string[]
}

/**
 * The block with `npm start` starts the runtime on free ports. It leaves out the build, which comes
 * first in package.json, because other tests use the bundle meanwhile. The blocks run in one shell,
 * in a folder that looks like a clone.
 */
export async function pasteCommands(blocks: readonly string[]): Promise<Pasted> {
  const clone = mkdtempSync(path.join(tmpdir(), 'pasted-commands-'))
  for (const name of ['node_modules', 'packages', 'dist', 'package.json'])
    symlinkSync(path.join(ROOT, name), path.join(clone, name))
  const shell = spawn('bash', { cwd: clone })
  let runtime: StartedRuntime | undefined
  const close = async () => {
    for (const child of [shell, runtime?.child]) if (child) await stop(child)
    rmSync(clone, { recursive: true })
  }
  try {
    const outputs: string[] = []
    for (const block of blocks) {
      const [isStart, flags = ''] = START.exec(block.trim()) ?? []
      if (isStart) {
        runtime = await startRuntime(clone, flags)
        await runBlock(shell, `export ${runtime.portSettings.join(' ')}`)
      } else outputs.push(await runBlock(shell, runtime?.withPorts(block) ?? block))
    }
    if (!runtime) throw new Error('No block starts the runtime.')
    const { child: _, portSettings: __, ...started } = runtime
    return { outputs, ...started, run: (block) => runBlock(shell, block), close }
  } catch (error) {
    await close()
    throw error
  }
}

async function startRuntime(clone: string, flags: string): Promise<StartedRuntime> {
  const command = JSON.parse(readPage('package.json')).scripts.start.split(' && ').at(-1)
  const ports = '--port 0 --idp-port 0 --sts-port 0 --s3-port 0 --dynamodb-port 0'
  // `exec` replaces bash with the runtime, so that a signal ends the runtime itself.
  const child = spawn('bash', ['-c', `exec ${command} ${flags} ${ports}`], { cwd: clone })
  const output = collect(child)
  await output.until((text) => /^ready$/m.test(text))
  const urlOf = (name: string) => new RegExp(`^${name} +(\\S+)$`, 'm').exec(output.text())?.[1]
  const urls = {
    ...{ 8787: urlOf('broker'), 8788: urlOf('IdP'), 8789: urlOf('STS') },
    ...{ 8790: urlOf('S3'), 8791: urlOf('DynamoDB') },
  }
  const portOf = (name: string) => urlOf(name)?.split(':').at(-1)
  const startText = output.text()
  return {
    child,
    portSettings: [
      ...[`BROKER_PORT=${portOf('broker')}`, `IDP_PORT=${portOf('IdP')}`],
      `S3_PORT=${portOf('S3')}`,
    ],
    startText: () => startText,
    withPorts: (text) =>
      Object.entries(urls).reduce(
        (replaced, [port, url]) => replaced.replaceAll(`http://127.0.0.1:${port}`, url ?? '(none)'),
        text,
      ),
    auditRecords: () =>
      output
        .text()
        .split('\n')
        .filter((line) => line.startsWith('{"time"'))
        .map((line) => JSON.parse(line)),
  }
}

/** Without the build, like the start. */
function runsDemo(): string {
  return JSON.parse(readPage('package.json')).scripts.demo.split(' && ').at(-1)
}

/** @throws if the last command of the block fails */
async function runBlock(shell: ChildProcessWithoutNullStreams, block: string): Promise<string> {
  const output = collect(shell)
  shell.stdin.write(
    `${block.replaceAll(DEMO, runsDemo())}\nprintf '\\n%s %s\\n' ${END_OF_BLOCK} $?\n`,
  )
  const end = new RegExp(`\n${END_OF_BLOCK} (\\d+)\n$`)
  await output.until((text) => end.test(text))
  const [, status] = end.exec(output.text()) ?? []
  if (status !== '0') throw new Error(`The block failed (${status}):\n${block}\n${output.text()}`)
  return output.text().replace(end, '')
}

/** Collects what a process writes from now on; its errors are part of it. */
function collect(child: ChildProcessWithoutNullStreams) {
  let text = ''
  child.stdout.on('data', (chunk) => {
    text += chunk
  })
  let errors = ''
  child.stderr.on('data', (chunk) => {
    errors += chunk
  })
  return {
    text: () => text,
    async until(isDone: (text: string) => boolean): Promise<void> {
      while (!isDone(text)) {
        const wait = new AbortController()
        const { signal } = wait
        const ended = await Promise.race([
          once(child.stdout, 'data', { signal }).then(() => false),
          once(child, 'exit', { signal }).then(() => true),
        ]).finally(() => wait.abort())
        if (ended) throw new Error(`The process ended:\n${text}\n${errors}`)
      }
    },
  }
}

async function stop(child: ChildProcessWithoutNullStreams): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = once(child, 'exit')
  child.kill()
  await exited
}
