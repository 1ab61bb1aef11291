import type { JsonObject } from '../../../domain/json.ts'
import { objectField, textField } from '../json-fields.ts'
import { paint, printable, type Terminal } from './terminal.ts'
import { clipLines, wrapText } from './text-width.ts'

/** `14 Mar 2026`, in UTC as the server answers. */
export function day(instant: string | null): string | null {
  const date = instant === null ? Number.NaN : Date.parse(instant)
  if (Number.isNaN(date)) return null
  return new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' }).format(
    date,
  )
}

/** Who said it, when, and where it comes from: `Ana · 14 Mar 2026 · guide.md › Install`. */
export function whence(memory: JsonObject): string {
  const metadata = objectField(memory, 'metadata')
  const place = textField(metadata, 'source') ?? textField(memory, 'run_id')
  const section = textField(metadata, 'section')
  return [
    textField(memory, 'author'),
    day(textField(memory, 'occurred_at')),
    section === null ? place : `${place ?? ''} › ${section}`,
  ]
    .filter((part) => part !== null && part !== '')
    .map((part) => printable(part ?? ''))
    .join(' · ')
}

/** The content, wrapped and indented, at most `most` lines of it. */
export function contentLines(terminal: Terminal, memory: JsonObject, indent: number, most: number): readonly string[] {
  const width = terminal.columns - indent
  const lines = wrapText(printable(textField(memory, 'content') ?? ''), width)
  return clipLines(lines, most, width).map((line) => ' '.repeat(indent) + line)
}

export const dim = (terminal: Terminal, text: string): string => paint(terminal, 'dim', text)
