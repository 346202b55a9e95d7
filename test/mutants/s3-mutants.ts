/** Guards of the local S3: what a request may reach, and what it may not make the server store. */
import type { Mutant } from './mutant.ts'

export const S3_MUTANTS: readonly Mutant[] = [
  {
    guard: 'access: every need of an operation',
    find: '    for (const need of needs) demand(name, need)\n',
    replace: '',
  },
  {
    guard: 'access: the list permission that shows that an object is missing',
    find: "      demand(name, { action: 's3:ListBucket' })\n",
    replace: '',
  },
  {
    guard: 'access: tags of the object as condition keys',
    find: 'const tags = WITH_EXISTING_TAGS.has(action) ? tagContext(existing) : {}',
    replace: 'const tags = existing ? {} : {}',
  },
  {
    guard: 'access: tags only for the actions that have that key',
    find: 'const tags = WITH_EXISTING_TAGS.has(action) ? tagContext(existing) : {}',
    replace: 'const tags = tagContext(existing)',
  },
  {
    guard: 'copies: the permission for the tags of the source',
    find: "openSource(call, replacesTags ? [] : ['s3:GetObjectTagging'])",
    replace: 'openSource(call, [])',
  },
  {
    guard: 'copies: the source as a condition key',
    find: "...(copySource === undefined ? {} : { 's3:x-amz-copy-source': [copySource] }),",
    replace: '',
  },
  {
    guard: 'writes: the permission for tags',
    find: '    ...(tags && tags.length > 0 ? [tagging] : []),\n',
    replace: '',
  },
  {
    guard: 'writes: the permission for an ACL',
    find: "    ...(headers.has('x-amz-acl') ? [acl] : []),\n",
    replace: '',
  },
  {
    guard: 'writes: the permission to read what is compared',
    find: "return etag === '*' ? [] : [{ action: 's3:GetObject', key }]",
    replace: "return etag === key ? [{ action: 's3:GetObject', key }] : []",
  },
  {
    guard: 'writes: If-None-Match',
    find: "if (headers.has('if-none-match') && existing !== undefined)",
    replace: "if (headers.has('if-none-match') && existing === null)",
  },
  {
    guard: 'lists: the prefix as a condition key',
    find: "const sent = ['prefix', 'delimiter', 'max-keys'].flatMap",
    replace: "const sent = ['delimiter', 'max-keys'].flatMap",
  },
  {
    guard: 'uploads: the key that an upload was started for',
    find: 'if (upload !== undefined && upload.key === key) return upload',
    replace: 'if (upload !== undefined) return upload',
  },
  {
    guard: 'uploads: the ETag of each part',
    find: 'if (part === undefined || part.etag !== etag) throw invalidPart()',
    replace: 'if (part === undefined) throw invalidPart()',
  },
  {
    guard: 'uploads: completed once',
    find: '      uploads.delete(id)\n      return upload\n',
    replace: '      return upload\n',
  },
  {
    guard: 'checksums: compared with the body',
    find: 'if (requested.value !== undefined) compareChecksums(',
    replace: 'if (requested.value === null) compareChecksums(',
  },
  {
    guard: 'parameters: each at most once',
    find: 'if (parameters.size < query.length)',
    replace: 'if (parameters.size > query.length)',
  },
  {
    guard: 'headers: each at most once',
    find: '    if (headers.has(name) && USED_ONCE.test(name)) throw repeated(name)\n',
    replace: '',
  },
  {
    guard: 'headers: unknown ones are refused',
    find: "(name) => name.startsWith('x-amz-') && !SUPPORTED.test(name),",
    replace: "(name) => name === '' && !SUPPORTED.test(name),",
  },
  {
    guard: 'headers: the account of the bucket',
    find: 'if (expected !== undefined && account !== undefined && expected !== account)',
    replace: 'if (expected === null)',
  },
  {
    guard: 'keys: their length',
    find: '  if (bytes <= MAX_KEY_BYTES) return\n',
    replace: '  if (bytes < 100_000) return\n',
  },
  {
    guard: 'forms: each field has a condition',
    find: "if (!covered.has(field) && !UNCONDITIONAL.test(field) && field !== 'bucket') {",
    replace: "if (covered.has('') && !UNCONDITIONAL.test(field)) {",
  },
  {
    guard: 'forms: each condition is true',
    find: "if (operator === 'eq' ? found !== value : !found.startsWith(value))",
    replace: 'if (found === undefined)',
  },
  {
    guard: 'forms: the size of the file',
    find: '      checkLength(condition, fileBytes)\n',
    replace: '',
  },
  {
    guard: 'XML: unknown elements',
    find: 'if (element.children.some(({ name }) => !names.includes(name))) throw malformedXml()',
    replace: 'if (names.length === 0) throw malformedXml()',
  },
  {
    guard: 'XML: entities that are not predefined',
    find: 'if (decimal === undefined && hexadecimal === undefined) throw malformedXml()',
    replace: "if (decimal === undefined && hexadecimal === undefined) return ''",
  },
  {
    guard: 'origins: only those of tenants',
    find: 'if (!allowedOrigins.includes(origin)) return { ...headers, vary: VARY }',
    replace: 'if (allowedOrigins.length > 99) return { ...headers, vary: VARY }',
  },
  {
    guard: 'files: a record that is complete and of its key',
    find: ' || recordFileName(record.key) !== fileName) throw',
    replace: ') throw',
  },
  {
    guard: 'files: only for their user',
    find: "open(pathOf(name), 'wx', 0o600)",
    replace: "open(pathOf(name), 'wx', 0o644)",
  },
  {
    guard: 'limits: what is stored',
    find: 'if (used + bytes > maxBytes) {',
    replace: 'if (used + bytes < 0) {',
  },
  {
    guard: 'logs: one line for each refusal',
    find: "return text.replace(/[^ -~]/g, '?')",
    replace: 'return text',
  },
]
