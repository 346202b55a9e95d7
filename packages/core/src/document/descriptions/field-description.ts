/** What editors show of one field: its meaning, and values that are accepted. */

export interface FieldDescription {
  readonly description: string
  /** Of fields that have no fields of their own. */
  readonly examples?: readonly unknown[]
}

/** The fields of one part of a document, by name. */
export type FieldDescriptions = Readonly<Record<string, FieldDescription>>

export function describeField(description: string, ...examples: unknown[]): FieldDescription {
  return examples.length === 0 ? { description } : { description, examples }
}
