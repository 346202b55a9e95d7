/** `token-broker issuer check`: what an issuer publishes, and what to write in a document. */
import type { CompiledTenant } from '@token-broker/core'
import { isSecureUrl } from '@token-broker/core/loopback'
import { readProxySettings } from '@token-broker/core/proxy-settings'
import { hasFailed, printChecks } from '../checks/check-result.ts'
import { EXIT, quote, UsageError } from '../cli-error.ts'
import type { CommandCall } from '../command-line/declaration.ts'
import { readHostList } from '../documents/present-tokens.ts'
import { printDocumentErrors, readDocuments } from '../documents/read-documents.ts'
import { checkIssuer } from '../issuer-check/check-issuer.ts'
import { compareWithDocuments, profileIn } from '../issuer-check/compare-documents.ts'
import { issuerBlock } from '../issuer-check/issuer-block.ts'
import { createPaint, printJson } from '../terminal.ts'

type IssuerCall = CommandCall<'tenants' | 'allow-loopback-http' | 'private-issuer-hosts' | 'format'>

/** @returns the exit code: 0 no check failed, 1 a document is invalid, 3 a check failed */
export async function printIssuerCheck(call: IssuerCall): Promise<number> {
  const { terminal, operands, option, isSet } = call
  const issuer = readIssuer(operands[0] ?? '')
  const tenants = await readTenants(call)
  if (tenants === undefined) return EXIT.invalid
  const profile = profileIn(tenants, issuer)
  const tls = profile?.tls?.ca === undefined ? undefined : { ca: profile.tls.ca }
  const report = await checkIssuer(issuer, {
    rule: {
      allowLoopback: isSet('allow-loopback-http'),
      privateHosts: readHostList(option('private-issuer-hosts')),
      proxy: readProxySettings(terminal.env),
    },
    ...(profile === undefined ? {} : { profile }),
    ...(tls === undefined ? {} : { tls }),
    now: Date.now,
  })
  const compared = option('tenants') === undefined ? [] : compareWithDocuments(tenants, report)
  const results = [...report.results, ...compared]
  const { keys, algorithms, presetKind } = report
  const block = keys ? issuerBlock(issuer, keys, algorithms) : undefined
  if (option('format') === 'json')
    printJson(terminal, { issuer, checks: results, keys, algorithms, preset: presetKind, block })
  else {
    const paint = createPaint(terminal.stdout)
    printChecks(terminal, results, paint)
    if (block) terminal.print(`\n${paint('bold', 'In a tenant document, write')}\n\n${block}`)
  }
  return hasFailed(results) ? EXIT.refused : EXIT.done
}

/** @throws {UsageError} */
function readIssuer(text: string): string {
  const url = URL.parse(text)
  if (url && !url.search && !url.hash && (url.protocol === 'https:' || isSecureUrl(url)))
    return text
  throw new UsageError(
    `URL: expected the issuer, an https URL such as https://id.example, found ${quote(text)}`,
  )
}

/** @returns undefined where a document is invalid; its errors are printed */
async function readTenants({
  terminal,
  option,
}: IssuerCall): Promise<readonly CompiledTenant[] | undefined> {
  const path = option('tenants')
  if (path === undefined) return []
  const { documents, errors, files } = await readDocuments([path])
  if (errors.length === 0) return documents.map(({ tenant }) => tenant)
  printDocumentErrors(terminal, errors, files)
  return undefined
}
