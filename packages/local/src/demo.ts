/** `npm run demo`: logins and what they get, or, with a command, one object, or a token. */
import { runObjectCommand, serversOf } from './demo/object-command.ts'
import { playScenes } from './demo/play-scenes.ts'
import { printStatedToken } from './demo/stated-token-command.ts'

const args = process.argv.slice(2)
const hasColor = process.stdout.isTTY === true && !process.env.NO_COLOR
process.exitCode = await run()

async function run(): Promise<number> {
  const [command, ...options] = args
  if (command === undefined) return (await playScenes(hasColor)) ? 0 : 1
  return command === 'token'
    ? printStatedToken(options, serversOf(process.env).idpUrl)
    : runObjectCommand(args, process.env)
}
