/** Changes the loops of the SDK's XML parser that read a text, while the parser is bundled. */
import { readFileSync } from 'node:fs'
import type { Plugin } from 'esbuild'

/** `let text = ""; while (…) { text += p.x[p.i++]; }` */
const LOOP = /let (\w+) = "";(\s*)while \((.+)\) \{\s*\1 \+= p\.x\[p\.i\+\+\];\s*\}/g
/** Names of tags, names and values of attributes, and texts. */
const LOOPS = 4

/**
 * The parser appends each text to a string by one character, and each time makes another string. Of
 * a session token of 1 kB, that took a tenth of the CPU time of a request, with the garbage. One
 * slice is the same text; a test compares both parsers.
 * @param source of `@aws-sdk/xml-builder/dist-es/xml-parser.js`
 * @throws if the parser has other loops, as another version of the SDK may have
 */
export function sliceTexts(source: string): string {
  let loops = 0
  const changed = source.replace(LOOP, (_, name: string, space: string, condition: string) => {
    loops++
    return [
      `const startOf_${name} = p.i;`,
      `while (${condition}) ++p.i;`,
      `const ${name} = p.x.slice(startOf_${name}, p.i);`,
    ].join(space)
  })
  if (loops !== LOOPS)
    throw new Error(
      `The XML parser of the AWS SDK has ${loops} loops that read a text by character, and not ` +
        `${LOOPS}; compare it with packages/functions/sliced-xml-text.ts.`,
    )
  return changed
}

export const slicedXmlText: Plugin = {
  name: 'sliced-xml-text',
  setup({ onLoad }) {
    const filter = /[\\/]@aws-sdk[\\/]xml-builder[\\/]dist-es[\\/]xml-parser\.js$/
    onLoad({ filter }, ({ path }) => ({ contents: sliceTexts(readFileSync(path, 'utf8')) }))
  },
}
