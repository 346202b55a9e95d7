/** Guards of the local runtime's pages and of edited documents, each with what removes it. */
import type { Mutant } from './mutant.ts'

export const LOCAL_RUNTIME_MUTANTS: readonly Mutant[] = [
  {
    guard: 'the page of the demo IdP is not for other sites, nor for other host names',
    find: 'return isFromHere && [host, `localhost:${port}`].includes',
    replace: 'return isFromHere || [host, `localhost:${port}`].includes',
  },
  {
    guard: 'a token of the demo IdP names the issuer whose key signs it',
    find: "  if (Object.hasOwn(claims, 'iss'))",
    replace: "  if (Object.hasOwn(claims, 'no-claim'))",
  },
  {
    guard: 'claims are no HTML',
    find: "return text.replace(/[&<>\"']/g, (character) => ENTITIES[character] ?? '')",
    replace: "return text.replace(/[&]/g, (character) => ENTITIES[character] ?? '')",
  },
  {
    guard: 'a mistake in an edited document keeps the last valid version',
    find: '    if (tenants === undefined) return\n',
    replace: '    if (tenants === undefined) return void apply([])\n',
  },
]

export const LOCAL_RUNTIME_TABLES = [
  'test/unit/local/stated-claims.test.ts',
  'test/unit/local/edited-documents.test.ts',
]
