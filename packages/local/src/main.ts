/** `npm start`: the local runtime as a command. */
import { parseArgs } from 'node:util'
import { readProxySettings } from '@token-broker/core/proxy-settings'
import { explainUnused, isSettingName } from '@token-broker/functions/unused-settings'
import { type RuntimeOptions, startRuntime } from './runtime.ts'
import { addressLines, exampleLines, tenantLines } from './start-text.ts'
import { InvalidInput, StartupError } from './startup-error.ts'
import { findTenantSamples } from './tenant-samples.ts'

const HELP = `Runs the token broker with a demo identity provider and local stand-ins for AWS.

  Option         Meaning                    Environment          Default
  --port N       port of the broker         BROKER_PORT          8787
  --idp-port N   port of the demo IdP       IDP_PORT             8788
  --sts-port N   port of the local STS      STS_PORT             8789
  --s3-port N    port of the local S3       S3_PORT              8790
  --dynamodb-port N
                 port of the local DynamoDB (DYNAMODB_PORT)      8791
  --tenants DIR  tenant documents           BROKER_TENANTS       samples in packages/local/tenants
  --boundaries ARNS
                 permissions boundaries that a stage accepts for created roles, separated by
                 commas (BROKER_BOUNDARIES)
  --sts URL      another STS                BROKER_STS_ENDPOINT  the local STS
                 The local S3 and DynamoDB are not started, because they know no session of it.
  --roles FILE   roles of the local account (JSON), instead of those that it generates from the
                 tenants. "policy" is what the role itself may do; default: everything:
                 { "<role ARN>": { "trustPolicy": { … }, "maxSessionDuration": 3600,
                                   "policy": { … } } }
  --data DIR     folder in which objects, tables and linked identities of identity pools are kept
                                            BROKER_DATA          in memory, until it ends
  --no-watch     do not read edited tenant documents again
  --no-idp       do not start the demo IdP
  --no-aws       start neither the local S3 nor the local DynamoDB
  -h, --help     show this text

Port 0 selects a free port. The broker also reads its settings for a tenant table
(BROKER_TENANTS_TABLE, BROKER_DYNAMODB_ENDPOINT), for a KMS signing key (BROKER_KMS_…) and for
secrets (BROKER_SECRET_…, BROKER_SECRETS_…) from the environment, with the AWS credentials that they
need.`

/** Environment variables of this program. */
const OWN_SETTINGS = [
  ...['BROKER_PORT', 'BROKER_TENANTS', 'BROKER_BOUNDARIES', 'BROKER_DATA', 'BROKER_STS_ENDPOINT'],
  // Of the deployment, which may be exported in the same shell.
  'BROKER_BUNDLES',
]

/** Environment variables that the broker receives unchanged. */
const BROKER_SETTINGS = [
  /^BROKER_(TENANTS_TABLE|IDENTITIES_TABLE|DYNAMODB_ENDPOINT|PRIVATE_ISSUER_HOSTS|SESSION_NAME_KEY|KMS_\w+|SECRETS?_\w+|SESSIONS_\w+)$/,
  /^AWS_(ACCESS_KEY_ID|SECRET_ACCESS_KEY|SESSION_TOKEN)$/,
]

async function main(): Promise<void> {
  const options = readOptions()
  if (options === 'help') {
    console.log(HELP)
    return
  }
  for (const line of findUnusedVariables(process.env)) console.error(`warning: ${line}`)
  const starting = startRuntime({ ...options, console: true, log: (line) => console.error(line) })
  // A signal may arrive during the start; everything that was opened is closed before the exit.
  const stop = async () => {
    await starting.then((runtime) => runtime.close()).catch(() => undefined)
    process.exit(0)
  }
  process.once('SIGINT', stop)
  process.once('SIGTERM', stop)
  const runtime = await starting
  if (readProxySettings(process.env) !== undefined)
    console.error(
      'HTTPS_PROXY or HTTP_PROXY is set: the broker calls issuers and AWS by this proxy, except ' +
        'hosts in NO_PROXY. The proxy looks up their names, so their addresses are not checked.',
    )

  const { noIdp = false, tenantsDir } = options
  const samples = await findTenantSamples(runtime.tenants, noIdp ? undefined : runtime.idpUrl)
  const lines = [
    ...addressLines(runtime, { hasConsole: true, hasIdp: !noIdp }),
    ...tenantLines(samples),
    ...(noIdp ? [] : exampleLines(runtime, samples, tenantsDir === undefined)),
  ]
  for (const line of lines) console.log(line)
  console.log('Play with it: npm run game serves a sample game at http://127.0.0.1:8792/')
  console.log('ready')
}

function readOptions(): RuntimeOptions | 'help' {
  const { values } = parseFlags()
  if (values.help) return 'help'
  const { env } = process
  const tenantsDir = values.tenants ?? env.BROKER_TENANTS
  const boundaries = values.boundaries ?? env.BROKER_BOUNDARIES
  const dataDir = values.data ?? env.BROKER_DATA
  const stsEndpoint = values.sts ?? env.BROKER_STS_ENDPOINT
  return {
    brokerPort: readPort('--port (BROKER_PORT)', values.port ?? env.BROKER_PORT, 8787),
    idpPort: readPort('--idp-port (IDP_PORT)', values['idp-port'] ?? env.IDP_PORT, 8788),
    stsPort: readPort('--sts-port (STS_PORT)', values['sts-port'] ?? env.STS_PORT, 8789),
    ...(tenantsDir ? { tenantsDir } : {}),
    ...(boundaries ? { permissionsBoundaries: boundaries.split(',') } : {}),
    ...(stsEndpoint ? { stsEndpoint: readUrl('--sts (BROKER_STS_ENDPOINT)', stsEndpoint) } : {}),
    ...(env.AWS_REGION ? { region: env.AWS_REGION } : {}),
    ...(dataDir ? { dataDir } : {}),
    ...(values.roles ? { rolesFile: values.roles } : {}),
    settings: { ...readSettings(env), ...readProxySettings(env) },
    watch: !values['no-watch'],
    noIdp: values['no-idp'] ?? false,
    ...(values['no-aws'] || stsEndpoint
      ? {}
      : {
          aws: {
            s3Port: readPort('--s3-port (S3_PORT)', values['s3-port'] ?? env.S3_PORT, 8790),
            dynamodbPort: readPort(
              '--dynamodb-port (DYNAMODB_PORT)',
              values['dynamodb-port'] ?? env.DYNAMODB_PORT,
              8791,
            ),
          },
        }),
  }
}

function readSettings(env: NodeJS.ProcessEnv): Record<string, string> {
  const settings: Record<string, string> = {}
  for (const [name, value] of Object.entries(env))
    if (value && BROKER_SETTINGS.some((form) => form.test(name))) settings[name] = value
  return settings
}

/** One sentence for each variable that looks like a setting and has no effect here. */
function findUnusedVariables(env: NodeJS.ProcessEnv): readonly string[] {
  const names = Object.keys(env).filter((name) => /^BROKER/i.test(name))
  const isPassed = (name: string) => BROKER_SETTINGS.some((form) => form.test(name))
  const unknown = explainUnused(names, { started: false, others: OWN_SETTINGS })
  const ignored = names.filter((name) => isSettingName(name) && !isPassed(name))
  return [
    ...unknown,
    ...ignored
      .filter((name) => !OWN_SETTINGS.includes(name))
      .map((name) => `Environment variable ${name} has no effect in the local runtime; remove it`),
  ]
}

function parseFlags() {
  try {
    return parseArgs({
      options: {
        port: { type: 'string' },
        'idp-port': { type: 'string' },
        'sts-port': { type: 'string' },
        's3-port': { type: 'string' },
        'dynamodb-port': { type: 'string' },
        tenants: { type: 'string' },
        boundaries: { type: 'string' },
        sts: { type: 'string' },
        roles: { type: 'string' },
        data: { type: 'string' },
        'no-watch': { type: 'boolean' },
        'no-idp': { type: 'boolean' },
        'no-aws': { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    })
  } catch (error) {
    // Node appends advice to its messages that does not apply here.
    const [problem = 'Unknown option'] = error instanceof Error ? error.message.split(/\. |\n/) : []
    throw new InvalidInput(`${problem}; see --help`)
  }
}

function readUrl(setting: string, text: string): string {
  if (URL.canParse(text) && /^https?:\/\//.test(text)) return text
  throw new InvalidInput(`${setting}: expected a URL such as http://127.0.0.1:8789`)
}

function readPort(setting: string, text: string | undefined, fallback: number): number {
  if (text === undefined || text === '') return fallback
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535)
    throw new InvalidInput(`${setting}: expected a port from 0 to 65535, found "${text}"`)
  return Number(text)
}

try {
  await main()
} catch (error) {
  if (!(error instanceof StartupError)) throw error
  console.error(error.message)
  process.exit(1)
}
