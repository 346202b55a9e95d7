/** Changes how the SDK's XML parser reads texts, while the parser is bundled. */
import { readFileSync } from 'node:fs'
import type { Plugin } from 'esbuild'

/** `let text = ""; while (…) { text += p.x[p.i++]; }` */
const LOOP = /let (\w+) = "";(\s*)while \((.+)\) \{\s*\1 \+= p\.x\[p\.i\+\+\];\s*\}/g
/** Of a text that ends with one character, which `indexOf` finds. */
const UNTIL_ONE = /^p\.i < p\.z && p\.x\[p\.i\] !== ("<"|quote)$/
/** Names of tags, names and values of attributes, and texts. */
const LOOPS = 4
/** `" \t".includes(p.x[p.i])`: a call for each character of a name. */
const ONE_OF = /"((?:[^"\\]|\\.)+)"\.includes\(p\.x\[p\.i\]\)/g
/** The end of a name of a tag, of attributes, and of an attribute; white space. */
const SETS = 4
const DECODE = 'decodeEntities(s) {'

/**
 * The parser appends each text to a string by one character, and each time makes another string; it
 * calls a function to compare each character of a name, and searches each text for entities by a
 * regular expression. Of a session token of 1 kB, that took a tenth of the CPU time of a request,
 * with the garbage. One slice is the same text; a test compares both parsers.
 * @param source of `@aws-sdk/xml-builder/dist-es/xml-parser.js`
 * @throws if the parser has other loops, as another version of the SDK may have
 */
export function sliceTexts(source: string): string {
  const found = { loops: 0, sets: 0 }
  const changed = source
    .replace(LOOP, (_, name: string, space: string, condition: string) => {
      found.loops++
      const end = UNTIL_ONE.exec(condition)?.[1]
      const skip =
        end === undefined
          ? [`while (${condition}) ++p.i;`]
          : [`p.i = p.x.indexOf(${end}, p.i);`, 'if (p.i < 0) p.i = p.z;']
      const slice = `const ${name} = p.x.slice(startOf_${name}, p.i);`
      return [`const startOf_${name} = p.i;`, ...skip, slice].join(space)
    })
    .replace(ONE_OF, (_, set: string) => {
      found.sets++
      const characters = set.match(/\\.|./g) ?? []
      return `(${characters.map((one) => `p.x[p.i] === "${one}"`).join(' || ')})`
    })
  if (found.loops !== LOOPS || found.sets !== SETS || !source.includes(DECODE))
    throw new Error(
      `The XML parser of the AWS SDK has ${found.loops} loops that read a text by character, ` +
        `${found.sets} sets of characters, and ${source.includes(DECODE) ? 'a' : 'no'} ` +
        `"${DECODE}", and not ${LOOPS}, ${SETS} and one; ` +
        'compare it with packages/functions/sliced-xml-text.ts.',
    )
  return changed.replace(DECODE, `${DECODE} if (!s.includes("&")) return s;`)
}

export const slicedXmlText: Plugin = {
  name: 'sliced-xml-text',
  setup({ onLoad }) {
    const filter = /[\\/]@aws-sdk[\\/]xml-builder[\\/]dist-es[\\/]xml-parser\.js$/
    onLoad({ filter }, ({ path }) => ({ contents: sliceTexts(readFileSync(path, 'utf8')) }))
  },
}
