/**
 * Runs a bundled SST program under Pulumi's mock engine, as the SST CLI would under the real one,
 * and writes all resources to a file. Arguments: the bundle, the project, the stage, the region,
 * and the file. It runs in a process of its own, because Pulumi keeps the state of a run in its
 * modules.
 */
import { writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import { attributesOf, readDataSource } from './mock-cloud.ts'

type Values = Readonly<Record<string, unknown>>

interface RegisterRequest {
  getType(): string
  getName(): string
  getProtect(): boolean
  getRetainondelete(): boolean
}

interface Pulumi {
  readonly runtime: {
    setMocks(
      mocks: object,
      project: string,
      stack: string,
      preview: boolean,
      organization: string,
    ): Promise<void>
    getMonitor(): { registerResource(request: RegisterRequest, callback: unknown): unknown }
    runInPulumiStack(program: () => Promise<unknown>): Promise<Values | undefined>
    disconnect(): Promise<void>
  }
  output(value: unknown): { promise(): Promise<unknown> }
}

interface NewResource {
  readonly type: string
  readonly name: string
  readonly inputs: Values
  readonly custom: boolean
  readonly id?: string
}

/** How Pulumi marks a secret value on the wire. */
const SIGNATURE = '4dabf18193072939515e22adb298388d'
const SECRET = '1b47061264138c4ac30d75fd1eb44270'

const [bundle = '', project = '', stage = '', region = '', file = ''] = process.argv.slice(2)
const pulumi: Pulumi = createRequire(bundle)('@pulumi/pulumi')

process.on('unhandledRejection', (error) => {
  console.error(error instanceof Error ? error.message : error)
  process.exit(1)
})

const resources: { type: string; name: string; inputs: unknown; options?: unknown }[] = []
await pulumi.runtime.setMocks(
  {
    newResource: ({ type, name, inputs, custom, id }: NewResource) => {
      const clear = record(withoutMarks(inputs))
      if (custom) resources.push({ type, name, inputs: clear })
      const state = {
        name: clear.name ?? name,
        ...inputs,
        ...attributesOf(type, name, clear, region),
      }
      return { id: id || `id-of-${name}`, state }
    },
    call: ({ token, inputs }: { token: string; inputs: Values }) =>
      readDataSource(token, inputs, region),
  },
  project,
  stage,
  false,
  'organization',
)

// Options such as protect are not passed to the mocks; the request to the monitor contains them.
const options = new Map<string, object>()
const monitor = pulumi.runtime.getMonitor()
const register = monitor.registerResource.bind(monitor)
monitor.registerResource = (request, callback) => {
  options.set(`${request.getType()} ${request.getName()}`, {
    protect: request.getProtect() ?? false,
    retainOnDelete: request.getRetainondelete() ?? false,
  })
  return register(request, callback)
}

const outputs = await pulumi.runtime.runInPulumiStack(
  async () => (await import(pathToFileURL(bundle).href)).default,
)
await pulumi.runtime.disconnect()
for (const resource of resources)
  resource.options = options.get(`${resource.type} ${resource.name}`)
const values: Record<string, unknown> = {}
for (const [name, value] of Object.entries(outputs ?? {}))
  values[name] = await pulumi.output(value).promise()
writeFileSync(file, JSON.stringify({ outputs: values, resources: resources.sort(byTypeAndName) }))

function byTypeAndName(
  a: { type: string; name: string },
  b: { type: string; name: string },
): number {
  return `${a.type} ${a.name}` < `${b.type} ${b.name}` ? -1 : 1
}

/** Replaces secrets by their values and files by their paths, and leaves out code. */
function withoutMarks(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutMarks)
  if (typeof value !== 'object' || value === null) return value
  const fields = record(value)
  if (fields[SIGNATURE] === SECRET) return withoutMarks(fields.value)
  if (fields.__pulumiArchive || fields.__pulumiAsset) return { file: fields.path }
  const shown = Object.entries(fields).filter(([name]) => name !== '__provider')
  return Object.fromEntries(shown.map(([name, inner]) => [name, withoutMarks(inner)]))
}

function record(value: unknown): Values {
  return typeof value === 'object' && value !== null
    ? Object.fromEntries(Object.entries(value))
    : {}
}
