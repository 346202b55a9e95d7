/** Guards of the operator console: who may call it, and what a save may replace. */
import type { Mutant } from './mutant.ts'

export const CONSOLE_MUTANTS: readonly Mutant[] = [
  {
    guard: 'console: the host of a request (DNS rebinding)',
    find: 'checkHost(request, portOf(server)) ??',
    replace: 'undefined ??',
  },
  {
    guard: 'console: the access key',
    find: "if (isKey(headers.authorization ?? '', key)) return undefined",
    replace: 'if (key) return undefined',
  },
  {
    guard: 'console: the origin of a call',
    find: 'if (origin !== undefined && origin !== `http://${headers.host}`)',
    replace: 'if (origin === "")',
  },
  {
    guard: 'console: the site of a call',
    find: "if (site !== undefined && site !== 'same-origin')",
    replace: "if (site === '')",
  },
  {
    guard: 'console: the type of a call, which no form can send',
    find: "if (headers['content-type'] !== 'application/json')",
    replace: "if (headers['content-type'] === '')",
  },
  {
    guard: 'console: the size of a body',
    find: "if (bytes > MAX_BODY_BYTES) throw new Error('too large')",
    replace: '',
  },
  {
    guard: 'console: names of files in the directory alone',
    find: 'if (FILE_NAME.test(name) && isDocumentFile(name)',
    replace: 'if (isDocumentFile(name)',
  },
  {
    guard: 'console: a save on top of what was compared',
    find: 'if (found !== expect)',
    replace: "if (found === '')",
  },
  {
    guard: 'console: saves one after the other',
    find: 'const result = last.then(run)',
    replace: 'const result = run()',
  },
  {
    guard: 'console: no save of a version that nobody saw',
    find: "if (expect === 'latest') throw",
    replace: "if (expect === '') throw",
  },
  {
    guard: 'console: no save of what claims a part of another tenant',
    find: 'await store.checkOwnership(name, document)\n',
    replace: '',
  },
  {
    guard: 'console: a document of a table is saved for its own tenant',
    find: "if (source === 'table' && document.tenant.tenant !== name)",
    replace: "if (source === 'table' && name === '')",
  },
]

export const CONSOLE_MUTANT_TESTS = [
  'test/console/console-server.test.ts',
  'test/console/tenants-calls.test.ts',
]
