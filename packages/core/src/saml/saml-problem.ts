/** Why XML cannot be used; nothing of its text is in the message, except names that we know. */

/** `message` continues a sentence that begins with the document: `has a comment`. */
export class SamlProblem extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'SamlProblem'
  }
}
