/** Instruments the sources of the packages as Node loads them, and records which functions run. */
import { readFileSync } from 'node:fs'
import { registerHooks } from 'node:module'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Instrumented, instrument, type OwnFunction } from './instrument.ts'

/** A place in the code of one package from which a function of another was called. */
export interface Crossing {
  /** The named function around the place, such as `core/issue-credentials.ts:authorize`. */
  readonly caller: string
  readonly line: number
  /** Like {@link Crossing.caller}; for an anonymous function, the named one around it. */
  readonly callee: string
  readonly isAnonymous: boolean
}

/** Each list is in the order of the first call. */
export interface RequestTrace {
  readonly functions: readonly string[]
  readonly files: readonly string[]
  readonly crossings: readonly Crossing[]
}

export interface Recorder {
  /** Records the functions that run during the work. */
  record(work: () => Promise<void>): Promise<RequestTrace>
}

const ENTER = '__enterOwnFunction'
const PACKAGES = path.resolve(import.meta.dirname, '../../../packages')

/** Must be called before any source of the packages is imported. */
export function installRecorder(): Recorder {
  const sources = new Map<string, Instrumented>()
  const functions: OwnFunction[] = []
  const ran = new Set<OwnFunction>()
  const crossings = new Map<string, Crossing>()
  let isRecording = false

  const enter = (id: number) => {
    const callee = isRecording ? functions[id] : undefined
    if (!callee) return
    ran.add(callee)
    const site = callSites(enter).find((frame) => sources.has(frame.getFileName() ?? ''))
    if (!site) return
    const [url, line, column] = [site.getFileName(), site.getLineNumber(), site.getColumnNumber()]
    const caller = sources.get(url ?? '')?.functionAt(line ?? 0, column ?? 0)
    if (!caller || packageOf(caller) === packageOf(callee)) return
    const key = `${url}:${line}:${column} ${id}`
    if (crossings.has(key)) return
    const isAnonymous = callee.label === undefined
    crossings.set(key, {
      caller: caller.within,
      line: line ?? 0,
      callee: callee.within,
      isAnonymous,
    })
  }
  Object.assign(globalThis, { [ENTER]: enter })

  registerHooks({
    load(url, context, nextLoad) {
      const file = url.startsWith('file:') ? fileOf(fileURLToPath(url)) : undefined
      if (file === undefined) return nextLoad(url, context)
      const text = readFileSync(new URL(url), 'utf8')
      const source = instrument(file, text, (own) => `${ENTER}(${functions.push(own) - 1})`)
      sources.set(url, source)
      // Node then strips the types, which does not move any other character.
      return { format: 'module-typescript', source: source.code, shortCircuit: true }
    },
  })

  return {
    async record(work) {
      isRecording = true
      await work()
      isRecording = false
      return {
        functions: [...ran].flatMap(({ label }) => label ?? []),
        files: [...new Set([...ran].map(({ file }) => file))],
        crossings: [...crossings.values()],
      }
    },
  }
}

/** `core/trace.ts` for a source file of a package, undefined for any other file. */
function fileOf(absolute: string): string | undefined {
  const [name, folder, ...rest] = path.relative(PACKAGES, absolute).split(path.sep)
  return folder === 'src' && absolute.endsWith('.ts') ? [name, ...rest].join('/') : undefined
}

function packageOf({ file }: OwnFunction): string | undefined {
  return file.split('/')[0]
}

/** The frames above a function, including the asynchronous ones that await it. */
function callSites(below: (id: number) => void): readonly NodeJS.CallSite[] {
  const { prepareStackTrace, stackTraceLimit } = Error
  const holder: { stack?: unknown } = {}
  try {
    Error.stackTraceLimit = Number.POSITIVE_INFINITY
    Error.prepareStackTrace = (_error, sites) => sites
    Error.captureStackTrace(holder, below)
    const [called, ...above] = holder.stack as readonly NodeJS.CallSite[]
    return called ? above : []
  } finally {
    Object.assign(Error, { prepareStackTrace, stackTraceLimit })
  }
}
