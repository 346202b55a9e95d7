/** The tenant document of the game, for the local runtime: with the demo providers' addresses. */
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { CompiledTenant } from '@token-broker/core'
import { compileTenants, renderErrors } from '@token-broker/core/document'
import { InvalidInput } from '../startup-error.ts'

const DOCUMENT = fileURLToPath(new URL('../../../game/tenant.yaml', import.meta.url))

/** What the document says of the game's own provider and page, which are made up. */
const OWN_PROVIDER = 'https://id.lantern.example'
const OWN_PAGE = 'https://play.lantern.example'
const GOOGLE = 'https://accounts.google.com'

/** @throws {InvalidInput} the document does not compile */
export async function readGameDocument(): Promise<{ text: string; tenant: CompiledTenant }> {
  const text = await readFile(DOCUMENT, 'utf8').catch((error: Error) => {
    throw new InvalidInput(`Cannot read the game's tenant document: ${error.message}`)
  })
  const { tenants, errors } = compileTenants([{ file: DOCUMENT, text }])
  const [tenant] = tenants
  if (tenant === undefined) throw new InvalidInput(renderErrors(errors, { textOf: () => text }))
  return { text, tenant }
}

/**
 * Only addresses differ from a real stage. The preset for Google is for Google's issuer alone, so
 * the stand-in is an issuer of JWTs.
 *
 * @param providersUrl of the demo providers
 * @param pageOrigin of the page of the game
 */
export function localGameDocument(text: string, providersUrl: string, pageOrigin: string): string {
  const lookout = `${providersUrl}/lookout`
  const replacements = [
    ['{ kind: login-with-amazon', `{ kind: login-with-amazon, url: '${providersUrl}/riverbend'`],
    ['{ kind: facebook,', `{ kind: facebook, url: '${providersUrl}/facets',`],
    ['- verify: { kind: google }', `- issuer: ${lookout}\n    algorithms: [RS256]`],
    [GOOGLE, lookout],
    [OWN_PROVIDER, `${providersUrl}/lantern`],
    [OWN_PAGE, pageOrigin],
  ] as const
  return replacements.reduce((document, [from, to]) => {
    if (!document.includes(from))
      throw new InvalidInput(`The game's tenant document does not contain "${from}".`)
    return document.replaceAll(from, to)
  }, text)
}

/** The client id of the app at each demo provider, as the document lists it. */
export function gameClientIds({ issuers, opaqueIssuers = [] }: CompiledTenant) {
  const audiences = new Map([
    ...issuers.map(({ profile, audiences }) => [profile.issuer, audiences] as const),
    ...opaqueIssuers.map(({ issuer, audiences }) => [issuer, audiences] as const),
  ])
  const clientIdAt = (issuer: string) => {
    const [clientId] = audiences.get(issuer) ?? []
    if (clientId !== undefined) return clientId
    throw new InvalidInput(`The game's tenant document has no issuer ${issuer}.`)
  }
  return {
    riverbend: clientIdAt('www.amazon.com'),
    facets: clientIdAt('graph.facebook.com'),
    lookout: clientIdAt(GOOGLE),
    lantern: clientIdAt(OWN_PROVIDER),
  }
}
