/** Reads the imports and exported functions of a TypeScript file, and its code without texts. */
import { type Node, type Program, parseSync, type Span, Visitor } from 'oxc-parser'

export interface Import {
  readonly specifier: string
  /** `import type`, `export type` or a type `import('a')`: nothing of it is left at run time. */
  readonly typeOnly: boolean
  readonly line: number
}

interface ExportedFunction {
  readonly name: string
  readonly line: number
}

export interface Source {
  readonly imports: readonly Import[]
  readonly functions: readonly ExportedFunction[]
  /** The code by line; comments and the text of strings, templates and patterns are blank. */
  readonly code: readonly string[]
}

/** @throws {Error} when the text does not parse */
export function readSource(file: string, text: string): Source {
  const { program, comments, errors } = parseSync(file, text)
  if (errors[0]) throw new Error(`${file} does not parse: ${errors[0].message}`)
  const lineAt = (offset: number) => text.slice(0, offset).split('\n').length
  const imports: Import[] = []
  const texts: Span[] = [...comments]
  const addImport = (source: Node | null, typeOnly: boolean) => {
    if (source?.type !== 'Literal' || typeof source.value !== 'string') return
    imports.push({ specifier: source.value, typeOnly, line: lineAt(source.start) })
  }
  new Visitor({
    ImportDeclaration: ({ source, importKind }) => addImport(source, importKind === 'type'),
    ExportNamedDeclaration: ({ source, exportKind }) => addImport(source, exportKind === 'type'),
    ExportAllDeclaration: ({ source, exportKind }) => addImport(source, exportKind === 'type'),
    ImportExpression: ({ source }) => addImport(source, false),
    TSImportType: ({ source }) => addImport(source, true),
    Literal(node) {
      if (typeof node.value === 'string' || 'regex' in node) texts.push(node)
    },
    TemplateElement: (node) => void texts.push(node),
  }).visit(program)
  return {
    imports,
    functions: exportedFunctions(program).map(({ name, start }) => ({ name, line: lineAt(start) })),
    code: withoutTexts(text, texts).split('\n'),
  }
}

function exportedFunctions({ body }: Program): { name: string; start: number }[] {
  const local = new Map<string, number>()
  const exported = new Map<string, number>()
  for (const statement of body) {
    const isExport = statement.type === 'ExportNamedDeclaration'
    const declaration = isExport ? statement.declaration : statement
    for (const name of declaredFunctions(declaration)) {
      local.set(name, statement.start)
      if (isExport) exported.set(name, statement.start)
    }
  }
  for (const statement of body) {
    if (statement.type !== 'ExportNamedDeclaration' || statement.source) continue
    for (const { local: own, exported: name } of statement.specifiers)
      if (own.type === 'Identifier' && name.type === 'Identifier' && local.has(own.name))
        exported.set(name.name, statement.start)
  }
  return [...exported].map(([name, start]) => ({ name, start }))
}

function declaredFunctions(declaration: Node | null): readonly string[] {
  if (declaration?.type === 'FunctionDeclaration') return [declaration.id?.name ?? 'default']
  if (declaration?.type !== 'VariableDeclaration') return []
  return declaration.declarations.flatMap(({ id, init }) => {
    const isFunction = init && /^(Arrow)?FunctionExpression$/.test(init.type)
    return id.type === 'Identifier' && isFunction ? [id.name] : []
  })
}

function withoutTexts(text: string, texts: readonly Span[]): string {
  let code = ''
  let end = 0
  for (const span of [...texts].sort((a, b) => a.start - b.start)) {
    code += text.slice(end, span.start) + text.slice(span.start, span.end).replace(/[^\n]/g, ' ')
    end = span.end
  }
  return code + text.slice(end)
}
