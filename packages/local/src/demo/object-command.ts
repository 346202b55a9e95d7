/** `npm run demo -- put …` and `… get …`: one object in the S3 of the runtime that is running. */
import { callObject, type DemoServers, type ObjectCall } from './demo-objects.ts'

const USAGE = `Stores or reads one object in the local S3 of "npm start", as a user of the demo IdP:

  npm run --silent demo -- put USER BUCKET/KEY TEXT
  npm run --silent demo -- get USER BUCKET/KEY

BUCKET/KEY has letters, digits, dots, hyphens, underscores and slashes. Without a command, the demo
starts servers of its own, and shows which logins get what.`

/** @returns the exit code: 0 allowed, 3 denied, 1 anything else */
export async function runObjectCommand(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Promise<number> {
  const call = readCall(args)
  if (call === undefined) {
    console.error(USAGE)
    return 1
  }
  try {
    const { lines, isAllowed } = await callObject(serversOf(environment), call)
    for (const line of lines) console.log(line)
    return isAllowed ? 0 : 3
  } catch (error) {
    console.error(
      error instanceof TypeError
        ? 'The local runtime is not running: start it with "npm start" in another terminal.'
        : error instanceof Error && error.message,
    )
    return 1
  }
}

function readCall([command, username = '', object = '', ...rest]: readonly string[]):
  | ObjectCall
  | undefined {
  if (!/^\w+$/.test(username) || !/^[\w.-]+(\/[\w.-]+)+$/.test(object)) return undefined
  const [text, ...others] = rest
  if (command === 'get' && rest.length === 0) return { command, username, object }
  if (command === 'put' && text !== undefined && others.length === 0)
    return { command, username, object, text }
  return undefined
}

/** The ports are those of `npm start`, with the same variables. */
export function serversOf(environment: Readonly<Record<string, string | undefined>>): DemoServers {
  const url = (variable: string, port: number) =>
    `http://127.0.0.1:${environment[variable] || port}`
  return {
    brokerUrl: url('BROKER_PORT', 8787),
    idpUrl: url('IDP_PORT', 8788),
    s3Url: url('S3_PORT', 8790),
  }
}
