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
  {
    guard: 'console: scripts of the page alone',
    find: '`script-src ${script}`,',
    replace: '`script-src ${script} *`,',
  },
  {
    guard: 'console: a draft is compared with what others claim',
    find: 'errors.filter((error) => error.file === file)',
    replace: 'errors.filter((error) => error.file === "")',
  },
  {
    guard: 'console: a file that has changed is compiled again',
    find: 'if (same?.signature === signature) files.set',
    replace: 'if (same) files.set',
  },
  {
    guard: 'console: no decision by documents with errors',
    find: 'if (errors.length === 0) {\n    ofFolders.set',
    replace: 'if (errors.length >= 0) {\n    ofFolders.set',
  },
  {
    guard: 'console: a candidate in a directory as it was seen',
    find: 'if (candidate?.expect === expect) return candidate',
    replace: 'if (candidate) return candidate',
  },
  {
    guard: 'console: no candidate in force that claims a part of another tenant',
    find: 'await store.checkOwnership(name, compileAlone(fileOf(name), text, sources.boundaries))',
    replace: 'compileAlone(fileOf(name), text, sources.boundaries)',
  },
  {
    guard: 'console: the number of a candidate, and no other word',
    find: 'if (/^[1-9]\\d{0,9}$/.test(candidate)) return Number(candidate)',
    replace: 'if (candidate) return Number(candidate) || 1',
  },
  {
    guard: 'console: inputs without other members',
    find: '.find((name) => !names.includes(name))',
    replace: '.find((name) => names.length < 0 && name)',
  },
  {
    guard: 'console: JSON in place of the name of a file',
    find: 'if (value !== undefined && !isObjectText(value))',
    replace: "if (value === '')",
  },
  {
    guard: 'console: rule tests beside the documents alone',
    find: 'files.find((file) => !listed.has(file))',
    replace: 'files.find((file) => listed.size < 0 && file)',
  },
  {
    guard: 'console: the size of a text',
    find: 'if (value.length <= MAX_TEXT_CHARACTERS) return value',
    replace: 'if (value.length >= 0) return value',
  },
]

export const CONSOLE_MUTANT_TESTS = [
  'test/console/console-server.test.ts',
  'test/console/tenants-calls.test.ts',
  'test/console/candidate-calls.test.ts',
  'test/console/compiled-folder.test.ts',
  'test/console/view-calls.test.ts',
]
