/** Generated claim values, most of them hostile to IAM policies, paths or readers. */
import fc from 'fast-check'

export const hostileValue = fc.oneof(
  fc.string({ maxLength: 140 }),
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc
    .array(
      fc.constantFrom(
        ...['*', '?', '$', '{', '}', '${aws:username}', '/', '..', '.', ':', 'a', 'bob'],
        ...['\u202e', '\n', '"', '\\', '{{team}}', '$&', '$1'],
      ),
      { maxLength: 8 },
    )
    .map((parts) => parts.join('')),
)
