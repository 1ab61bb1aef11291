import { invalidField } from '../problem.ts'

/**
 * Refuses text that cannot be stored and given back as it came: lone surrogates have no UTF-8 form (RFC 3629 §3), and
 * Postgres has no text with U+0000.
 */
export function checkText(field: string, text: string): string {
  if (!text.isWellFormed()) {
    throw invalidField(field, `\`${field}\` contains half of a surrogate pair`, 'well-formed Unicode text')
  }
  if (text.includes('\0')) {
    throw invalidField(field, `\`${field}\` contains the character U+0000`, 'text without U+0000')
  }
  return text
}

export const checkOptionalText = (field: string, text: string | null | undefined): string | null =>
  text === undefined || text === null ? null : checkText(field, text)
