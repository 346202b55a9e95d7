/** Reads what a TypeScript file imports and which words its code uses, without a compiler: comments and strings set aside. */

export interface Import {
  readonly specifier: string
  readonly typeOnly: boolean
  readonly line: number
}

export interface Source {
  readonly imports: readonly Import[]
  /** The code, line for line, with comments and the text of strings blanked. */
  readonly code: readonly string[]
}

/** One comment, string or regular expression where it starts in code. A slash after a value is a division. */
const COMMENT = /\/\/[^\n]*|\/\*[\s\S]*?\*\//y
const STRING = /'(?:\\[\s\S]|[^'\\\n])*'|"(?:\\[\s\S]|[^"\\\n])*"/y
const PATTERN =
  /(?<=[=(,:?&|!;{}[>\n]\s*|\breturn\s+)\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\[\n])+\/[a-z]*/y
const STATEMENT =
  /\b(import|export)\b(?:\s+(type)\b(?!\s*,|\s+from\b))?(?:(?!\b(?:import|export)\b)[^'"`;])*?\bfrom\s*'(\d+)'|\bimport\s*\(?\s*'(\d+)'/g

export function readSource(text: string): Source {
  const { code, strings } = blank(text)
  const imports: Import[] = []
  for (const match of code.matchAll(STATEMENT)) {
    const specifier = strings[Number(match[3] ?? match[4])]
    if (specifier === undefined) continue
    const line = code.slice(0, match.index + match[0].length).split('\n').length
    imports.push({ specifier, typeOnly: match[2] !== undefined, line })
  }
  return { imports, code: code.split('\n') }
}

/** Puts a number in place of each string, nothing in place of comments and of templates' text; keeps line breaks. */
function blank(text: string): { code: string; strings: string[] } {
  const strings: string[] = []
  // For each template that is open: how many braces are open in its current expression, or -1 while in its text.
  const open: number[] = []
  let code = ''
  for (let index = 0; index < text.length; ) {
    const depth = open.at(-1)
    const lexeme = depth === -1 ? undefined : lexemeAt(text, index)
    if (lexeme !== undefined) {
      if (lexeme[0] === '/') code += ' '
      else code += `'${strings.push(lexeme.slice(1, -1)) - 1}'`
      code += '\n'.repeat(lexeme.split('\n').length - 1)
      index += lexeme.length
      continue
    }
    const character = text[index] ?? ''
    index++
    if (depth === -1) {
      if (character === '\n') code += character
      else if (character === '\\') index++
      else if (character === '`') open.pop()
      else if (character === '$' && text[index] === '{') {
        open[open.length - 1] = 0
        index++
      }
      continue
    }
    if (character === '`') open.push(-1)
    else if (depth !== undefined && character === '{') open[open.length - 1] = depth + 1
    else if (depth !== undefined && character === '}') open[open.length - 1] = depth - 1
    code += character === '`' ? ' ' : character
  }
  return { code, strings }
}

function lexemeAt(text: string, index: number): string | undefined {
  for (const pattern of [COMMENT, STRING, PATTERN]) {
    pattern.lastIndex = index
    const lexeme = pattern.exec(text)?.[0]
    if (lexeme !== undefined) return lexeme
  }
  return undefined
}
