/** `npm start`: the local runtime as a command. */
import { parseArgs } from 'node:util'
import { PortInUse } from './listen.ts'
import { type RuntimeOptions, startRuntime } from './runtime.ts'
import { InvalidInput } from './tenant-documents.ts'

const HELP = `Runs the token broker with a demo identity provider and a stand-in for AWS STS.

  --port N       the broker's port          BROKER_PORT          8787
  --idp-port N   the demo IdP's port        IDP_PORT             8788
  --sts-port N   the local STS's port       STS_PORT             8789
  --tenants DIR  tenant documents           BROKER_TENANTS       the samples in packages/local/tenants
  --sts URL      another STS                BROKER_STS_ENDPOINT  the local STS
  --roles FILE   trust policies (JSON) for the local STS, in place of those that follow from the tenants:
                 { "<role ARN>": { "trustPolicy": { … }, "maxSessionDuration": 3600 } }
  --no-idp       do not start the demo IdP
  --help

Port 0 takes a free port. The broker's own settings for a table of tenants (BROKER_TENANTS_TABLE, BROKER_DYNAMODB_ENDPOINT)
and a KMS key that signs (BROKER_KMS_…) are taken from the environment, with AWS credentials for them.`

const PASSED_ON =
  /^(BROKER_(TENANTS_TABLE|DYNAMODB_ENDPOINT|KMS_\w+)|AWS_(ACCESS_KEY_ID|SECRET_ACCESS_KEY|SESSION_TOKEN))$/

async function main(): Promise<void> {
  const options = readOptions()
  if (options === 'help') {
    console.log(HELP)
    return
  }
  const starting = startRuntime({ ...options, log: (line) => console.error(line) })
  // Also while it starts: what has been opened is closed first.
  const stop = async () => {
    await starting.then((runtime) => runtime.close()).catch(() => undefined)
    process.exit(0)
  }
  process.once('SIGINT', stop)
  process.once('SIGTERM', stop)
  const runtime = await starting

  console.log(`broker  ${runtime.brokerUrl}`)
  if (!options.noIdp) console.log(`IdP     ${runtime.idpUrl}`)
  console.log(`STS     ${runtime.stsUrl}`)
  if (!options.noIdp) {
    const login =
      'grant_type=urn:demo:user -d username=alice -d client_id=demo -d client_secret=demo-secret'
    const idToken = String.raw`sed 's/.*"id_token":"\([^"]*\)".*/\1/'`
    console.log('\nTry it:\n')
    console.log(`TOKEN=$(curl -s ${runtime.idpUrl}/token -d ${login} | ${idToken})`)
    console.log(
      `curl -s -X POST ${runtime.brokerUrl}/v1/credentials -H "Authorization: Bearer $TOKEN"\n`,
    )
  }
  console.log('ready')
}

function readOptions(): RuntimeOptions | 'help' {
  const { values } = parseFlags()
  if (values.help) return 'help'
  const { env } = process
  const tenantsDir = values.tenants ?? env.BROKER_TENANTS
  const stsEndpoint = values.sts ?? env.BROKER_STS_ENDPOINT
  return {
    brokerPort: readPort('--port', values.port ?? env.BROKER_PORT, 8787),
    idpPort: readPort('--idp-port', values['idp-port'] ?? env.IDP_PORT, 8788),
    stsPort: readPort('--sts-port', values['sts-port'] ?? env.STS_PORT, 8789),
    ...(tenantsDir ? { tenantsDir } : {}),
    ...(stsEndpoint ? { stsEndpoint: readUrl('--sts', stsEndpoint) } : {}),
    ...(env.AWS_REGION ? { region: env.AWS_REGION } : {}),
    ...(values.roles ? { rolesFile: values.roles } : {}),
    settings: readSettings(env),
    noIdp: values['no-idp'] ?? false,
  }
}

function readSettings(env: NodeJS.ProcessEnv): Record<string, string> {
  const settings: Record<string, string> = {}
  for (const [name, value] of Object.entries(env))
    if (value && PASSED_ON.test(name)) settings[name] = value
  return settings
}

function parseFlags() {
  try {
    return parseArgs({
      options: {
        port: { type: 'string' },
        'idp-port': { type: 'string' },
        'sts-port': { type: 'string' },
        tenants: { type: 'string' },
        sts: { type: 'string' },
        roles: { type: 'string' },
        'no-idp': { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    })
  } catch (error) {
    const [problem = 'unknown flag'] = error instanceof Error ? error.message.split(/\. |\n/) : []
    throw new InvalidInput(`${problem} (see --help)`)
  }
}

function readUrl(flag: string, text: string): string {
  if (URL.canParse(text) && /^https?:\/\//.test(text)) return text
  throw new InvalidInput(`${flag}: write a URL such as http://127.0.0.1:8789`)
}

function readPort(flag: string, text: string | undefined, fallback: number): number {
  if (text === undefined || text === '') return fallback
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535)
    throw new InvalidInput(`${flag}: write a port from 0 to 65535`)
  return Number(text)
}

try {
  await main()
} catch (error) {
  if (!(error instanceof InvalidInput || error instanceof PortInUse)) throw error
  console.error(error.message)
  process.exit(1)
}
