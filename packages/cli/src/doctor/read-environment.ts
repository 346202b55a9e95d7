/** Reads a broker's environment variables from a file, in the forms in which they are kept. */
import { isObject } from '@token-broker/core/strict-json'
import { UsageError } from '../cli-error.ts'

/** By name. The values contain secrets, and are never printed. */
export type BrokerVariables = Readonly<Record<string, string>>

/** `NAME=value`, as `docker --env-file` and systemd read it. */
const ASSIGNMENT = /^(?:export\s+)?([A-Za-z_]\w*)=(.*)$/
const LAMBDA_REGION = /^arn:aws[a-z-]*:lambda:([a-z0-9-]+):/

/**
 * The output of `aws lambda get-function-configuration`, an object with the variables, or lines
 * with `NAME=value`. The message never quotes a line: it may contain a secret.
 *
 * @throws {UsageError}
 */
export function readEnvironmentFile(file: string, text: string): BrokerVariables {
  return text.trimStart().startsWith('{') ? readJson(file, text) : readLines(file, text)
}

function readJson(file: string, text: string): BrokerVariables {
  const document = parse(file, text)
  const { Environment: environment, FunctionArn: arn } = document
  const variables = isObject(environment) ? environment.Variables : document
  if (!isObject(variables)) throw new UsageError(`${file}: expected environment variables in JSON`)
  const region = LAMBDA_REGION.exec(String(arn))?.[1]
  const entries = Object.entries(variables).flatMap(([name, value]) =>
    typeof value === 'string' ? [[name, value] as const] : [],
  )
  return { ...(region === undefined ? {} : { AWS_REGION: region }), ...Object.fromEntries(entries) }
}

function parse(file: string, text: string): Record<string, unknown> {
  try {
    const document: unknown = JSON.parse(text)
    if (isObject(document)) return document
  } catch {
    // The parser's message quotes the text.
  }
  throw new UsageError(`${file}: expected a JSON object, or lines with NAME=value`)
}

function readLines(file: string, text: string): BrokerVariables {
  const lines = text.split(/\r?\n/)
  const entries = lines.flatMap((line, at) => {
    if (line.trim() === '' || line.trimStart().startsWith('#')) return []
    const [, name, value = ''] = ASSIGNMENT.exec(line.trim()) ?? []
    if (name === undefined) throw new UsageError(`${file}:${at + 1}: expected NAME=value`)
    return [[name, /^(["'])(.*)\1$/.exec(value)?.[2] ?? value] as const]
  })
  return Object.fromEntries(entries)
}
