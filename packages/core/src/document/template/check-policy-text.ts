/** Checks the texts of a policy statement: where slots are allowed, and which characters. */
import { POLICY_TEXT } from '../../model/sts-limits.ts'
import type { DocumentPath, Report } from '../document-problem.ts'
import {
  type DeclaredAttributes,
  parseTemplate,
  SLOT_BRACES,
  type TemplatePart,
} from './parse-template.ts'

/** @returns the template's parts, or undefined after reporting why it cannot be parsed */
export function checkTemplate(
  text: string,
  path: DocumentPath,
  attributes: DeclaredAttributes,
  report: Report,
): TemplatePart[] | undefined {
  checkCharacters(text, path, report)
  return parseTemplate(text, path, attributes, report)
}

/** Checks text that must not contain slots: actions, condition operators and condition keys. */
export function checkFixedText(text: string, path: DocumentPath, report: Report): void {
  if (SLOT_BRACES.test(text))
    report(
      path,
      'a slot is not allowed here',
      'use {{…}} only in Resource, NotResource and condition values',
    )
  checkCharacters(text, path, report)
}

function checkCharacters(text: string, path: DocumentPath, report: Report): void {
  if (!POLICY_TEXT.test(text))
    report(
      path,
      'the text contains a character that STS does not accept in a policy',
      'use only characters up to U+00FF',
    )
}
