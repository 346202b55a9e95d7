/** `npm run game`: the sample game as a command. */
import { parseArgs } from 'node:util'
import { addressLines } from '../start-text.ts'
import { InvalidInput, StartupError } from '../startup-error.ts'
import { type GameOptions, startGame } from './start-game.ts'

const HELP = `Runs the sample game: its page, four demo identity providers, the token broker, and
local stand-ins for AWS STS, S3 and DynamoDB.

  Option         Meaning                                                Default
  --port N       port of the page; the servers behind it have the       8792
                 next five: broker, providers, STS, S3, DynamoDB
  --data DIR     folder in which everything is kept                     in memory, until it ends
  -h, --help     show this text

Port 0 selects free ports. Open two browsers for two devices.`

const HIGHEST_PORT = 65_530

async function main(): Promise<void> {
  const options = readOptions()
  if (options === 'help') return console.log(HELP)
  const starting = startGame({ ...options, log: (line) => console.error(line) })
  // A signal may arrive during the start; everything that was opened is closed before the exit.
  const stop = async () => {
    await starting.then((game) => game.close()).catch(() => undefined)
    process.exit(0)
  }
  process.once('SIGINT', stop)
  process.once('SIGTERM', stop)
  const { url, providersUrl, runtime } = await starting
  for (const line of addressLines(runtime, { hasConsole: false, hasIdp: false })) console.log(line)
  console.log(`sign-in   ${providersUrl}`)
  console.log(`game      ${url}/`)
  console.log('ready')
}

function readOptions(): Pick<GameOptions, 'port' | 'dataDir'> | 'help' {
  const { values } = parseFlags()
  if (values.help) return 'help'
  const { port = '8792', data } = values
  if (!/^\d{1,5}$/.test(port) || Number(port) > HIGHEST_PORT)
    throw new InvalidInput(`--port: expected a port from 0 to ${HIGHEST_PORT}, found "${port}"`)
  return { port: Number(port), ...(data ? { dataDir: data } : {}) }
}

function parseFlags() {
  try {
    return parseArgs({
      options: {
        port: { type: 'string' },
        data: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    })
  } catch (error) {
    // Node appends advice to its messages that does not apply here.
    const [problem = 'Unknown option'] = error instanceof Error ? error.message.split(/\. |\n/) : []
    throw new InvalidInput(`${problem}; see --help`)
  }
}

try {
  await main()
} catch (error) {
  if (!(error instanceof StartupError)) throw error
  console.error(error.message)
  process.exit(1)
}
