/** `npm run demo`: logins and what they get, or, with a command, one object in the local S3. */
import { runObjectCommand } from './demo/object-command.ts'
import { playScenes } from './demo/play-scenes.ts'

const args = process.argv.slice(2)
const hasColor = process.stdout.isTTY === true && !process.env.NO_COLOR
process.exitCode =
  args.length > 0 ? await runObjectCommand(args, process.env) : (await playScenes(hasColor)) ? 0 : 1
