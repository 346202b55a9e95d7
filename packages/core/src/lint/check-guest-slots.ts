/** Finds statements about a guest that a login claimed which allow more than to read. */
import { slotsOf } from '../policy/template.ts'
import { expandAction } from './check-actions.ts'
import { type LintRule, lintedStatements, textsOf } from './lint-context.ts'

/**
 * A client may have been given the id of a guest by somebody else, who then still has the guest's
 * credentials: what a user wrote there would be written for that person.
 */
export const checkGuestSlots: LintRule = (context, report) => {
  for (const linted of lintedStatements(context)) {
    if (!slotsOf(JSON.stringify(linted.statement)).includes('guest')) continue
    for (const { text, path } of textsOf(linted, ['Action'])) {
      const actions = expandAction(text, context.catalogue)
      const written = actions.find(({ isRead }) => !isRead)
      if (text === '*' || written !== undefined)
        report(
          'guest-slot-with-writes',
          path,
          `a statement with {{guest}} allows ${written ? describe(written) : 'every action'}, ` +
            'which does more than read',
          'write actions that only read, such as s3:GetObject, and copy to {{identity}}',
        )
    }
  }
}

function describe({ service, name }: { readonly service: string; readonly name: string }): string {
  return `${service}:${name}`
}
