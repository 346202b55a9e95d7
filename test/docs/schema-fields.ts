/** The fields of a JSON Schema. */

/** The names of all members that a JSON Schema describes by name. */
export function fieldsOf(schema: unknown): string[] {
  if (typeof schema !== 'object' || schema === null) return []
  return Object.entries(schema).flatMap(([keyword, value]) => [
    ...(keyword === 'properties' ? Object.keys(value) : []),
    ...fieldsOf(value),
  ])
}
