/** `token-broker init`: the first version of a tenant document, which validates. */
import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { isTenantId } from '@token-broker/core'
import { formatError, isDocumentFile, presetOf, proveTenant } from '@token-broker/core/document'
import { readProxySettings } from '@token-broker/core/proxy-settings'
import { hasFailed, printChecks } from '../checks/check-result.ts'
import { EXIT, quote, UsageError } from '../cli-error.ts'
import type { CommandCall } from '../command-line/declaration.ts'
import { readHostList } from '../documents/present-tokens.ts'
import { compileFiles, readInputFile } from '../documents/read-documents.ts'
import { PROVIDER_DOCUMENTS } from '../init/provider-documents.ts'
import { readPublicKeys } from '../init/read-public-keys.ts'
import { ANY_CALLER, SAMPLE_CALLERS } from '../init/sample-claims.ts'
import { pageOf, type StartedDocument, startDocument } from '../init/start-document.ts'
import { startRuleTests } from '../init/start-rule-tests.ts'
import { checkIssuer } from '../issuer-check/check-issuer.ts'
import { algorithmsToWrite } from '../issuer-check/issuer-block.ts'
import { createPaint, printError, printJson } from '../terminal.ts'

type InitCall = CommandCall<
  | 'issuer'
  | 'keys'
  | 'preset'
  | 'allow-loopback-http'
  | 'private-issuer-hosts'
  | 'tenant'
  | 'audience'
  | 'role'
  | 'tests'
  | 'force'
  | 'format'
>

interface Written {
  readonly file: string
  readonly text: string
}

/** @returns the exit code: 0 written, 3 the documents of the issuer cannot be used */
export async function writeFirstDocument(call: InitCall): Promise<number> {
  const { operands, option, isSet } = call
  const [file] = operands
  const testsFile = isSet('tests') ? testsBeside(file) : undefined
  for (const name of [file, testsFile])
    if (name !== undefined && !isSet('force') && existsSync(name)) throw alreadyExists(name)
  const tenant = readTenantName(option('tenant'), file)
  const input = await readInput(call)
  if (input === undefined) return EXIT.refused
  const text = startDocument({
    ...input,
    tenant,
    audience: option('audience'),
    role: option('role'),
  })
  const compiled = checkDocument({ file: file ?? `${tenant}.yaml`, text })
  const caller = SAMPLE_CALLERS[input.preset?.kind ?? ''] ?? ANY_CALLER
  const tests = testsFile && (await startRuleTests(compiled, caller, basename(testsFile)))
  if (testsFile !== undefined && tests === undefined)
    throw new UsageError(
      '--tests: the example of the preset does not fit this issuer; write the tests yourself',
    )
  const written = [
    ...(file === undefined ? [] : [{ file, text }]),
    ...(testsFile === undefined || tests === undefined ? [] : [{ file: testsFile, text: tests }]),
  ]
  for (const one of written) await writeNewFile(one, isSet('force'))
  report(call, text, written, nextSteps(input, file ?? `${tenant}.yaml`, testsFile))
  return EXIT.done
}

type Input = Omit<StartedDocument, 'tenant' | 'audience' | 'role'>

/** @returns undefined where the issuer's documents cannot be used; what is wrong is printed */
async function readInput(call: InitCall): Promise<Input | undefined> {
  const { option } = call
  const issuer = option('issuer')
  const keysFile = option('keys')
  const kind = option('preset') ?? (issuer && presetOf(issuer)?.preset.kind)
  const document = kind === undefined ? undefined : PROVIDER_DOCUMENTS[kind]
  const preset = kind === undefined || document === undefined ? undefined : { kind, document }
  if (keysFile !== undefined) {
    if (issuer === undefined && preset === undefined)
      throw new UsageError('--issuer: expected the iss of the tokens beside --keys, found nothing')
    const { jwks, algorithms } = readPublicKeys(keysFile, await readInputFile(keysFile))
    const written = preset ? [] : algorithmsToWrite(algorithms, algorithms.flat())
    return { preset, issuer, keys: jwks, algorithms: written }
  }
  if (preset) return { preset, issuer }
  if (issuer === undefined)
    throw new UsageError(
      'expected --issuer URL, --issuer URL with --keys FILE, or --preset KIND, found none of them',
    )
  return readIssuerDocuments(call, issuer)
}

async function readIssuerDocuments(
  { terminal, option, isSet }: InitCall,
  issuer: string,
): Promise<Input | undefined> {
  if (!/^https?:\/\/[^?#]+$/.test(issuer) || !URL.canParse(issuer))
    throw new UsageError(
      `--issuer: expected an https URL such as https://id.example, found ${quote(issuer)}`,
    )
  const {
    results,
    keys = [],
    algorithms,
  } = await checkIssuer(issuer, {
    rule: {
      allowLoopback: isSet('allow-loopback-http'),
      privateHosts: readHostList(option('private-issuer-hosts')),
      proxy: readProxySettings(terminal.env),
    },
    now: Date.now,
  })
  const ofKeys = keys.map((key) => key.algorithms)
  if (!hasFailed(results)) return { issuer, algorithms: algorithmsToWrite(ofKeys, algorithms) }
  const print = (text: string) => printError(terminal, text)
  printChecks({ print }, results, createPaint(terminal.stderr))
  return undefined
}

/** @throws {UsageError} what the options say is not accepted in a document */
function checkDocument(document: Written) {
  const { documents, errors } = compileFiles([document])
  const [compiled] = documents
  const unproved = proveTenant(document.text, document.file).errors
  if (compiled && unproved.length === 0) return compiled.tenant
  const found = [...errors, ...unproved].map(formatError)
  throw new UsageError(
    `with these options, the document is invalid: ${[...new Set(found)].join('; ')}`,
  )
}

function readTenantName(option: string | undefined, file: string | undefined): string {
  const stem = basename(file ?? '').replace(/\.[^.]*$/, '')
  const name = option ?? (isTenantId(stem) ? stem : 'acme')
  if (isTenantId(name)) return name
  throw new UsageError(
    `--tenant: expected lower-case letters, digits and hyphens, found ${quote(name)}`,
  )
}

/** @throws {UsageError} */
function testsBeside(file: string | undefined): string {
  if (file !== undefined && isDocumentFile(basename(file)))
    return file.replace(/\.[^.]*$/, '.test.yaml')
  throw new UsageError('--tests: expected a FILE such as acme.yaml, beside which they are written')
}

async function writeNewFile({ file, text }: Written, overwrite: boolean): Promise<void> {
  await writeFile(file, text, { flag: overwrite ? 'w' : 'wx' }).catch((error) => {
    if (error.code === 'EEXIST') throw alreadyExists(file)
    throw new UsageError(`cannot write ${file}: ${error.code ?? 'unknown error'}`)
  })
}

function alreadyExists(file: string): UsageError {
  return new UsageError(`${file} exists already; write --force to overwrite it`)
}

function nextSteps(
  { preset, issuer }: Input,
  file: string,
  testsFile: string | undefined,
): readonly string[] {
  return [
    'replace the examples in it, such as audiences, the role and the bucket',
    ...(preset ? [`set up the provider: ${pageOf(preset.kind)}`] : []),
    ...(preset || issuer === undefined ? [] : [`token-broker issuer check ${issuer}`]),
    `token-broker validate ${file}`,
    ...(testsFile === undefined ? [] : [`token-broker test ${testsFile}`]),
    `token-broker trust-policy ${file} --issuer https://YOUR-BROKER`,
  ]
}

function report(
  { terminal, option }: InitCall,
  text: string,
  written: readonly Written[],
  next: readonly string[],
): void {
  const files = written.map(({ file }) => file)
  if (option('format') === 'json') {
    printJson(terminal, { document: text, files, next })
    return
  }
  if (files.length === 0) terminal.print(text)
  const wrote = files.map((file) => `wrote ${file}\n`).join('')
  printError(terminal, `${wrote}next:\n${next.map((step) => `  ${step}\n`).join('')}`)
}
