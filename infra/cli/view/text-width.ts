import { stripVTControlCharacters } from 'node:util'

const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' })

/** East Asian wide and emoji take two columns (Unicode UAX #11, in its coarse form). */
const wide =
  /[\u1100-\u115F\u2E80-\u303E\u3041-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6]|\p{Emoji_Presentation}|[\u{20000}-\u{3FFFD}]/u

/** Columns that a text takes in a terminal; escape sequences take none. */
export function textWidth(text: string): number {
  let width = 0
  for (const { segment } of segmenter.segment(stripVTControlCharacters(text))) width += wide.test(segment) ? 2 : 1
  return width
}

/** The text, filled up with spaces to `width` columns. */
export const padEnd = (text: string, width: number): string => text + ' '.repeat(Math.max(0, width - textWidth(text)))

function chop(word: string, width: number): readonly string[] {
  const parts = ['']
  for (const { segment } of segmenter.segment(word)) {
    const last = parts.length - 1
    if (textWidth(parts[last] + segment) > width) parts.push(segment)
    else parts[last] += segment
  }
  return parts
}

/** Lines of at most `width` columns, broken between words; a longer word is broken where it must be. */
export function wrapText(text: string, width: number): readonly string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(/\s+/u).filter((part) => part !== '')) {
    for (const part of chop(word, width)) {
      const longer = line === '' ? part : `${line} ${part}`
      if (textWidth(longer) <= width) {
        line = longer
      } else {
        lines.push(line)
        line = part
      }
    }
  }
  if (line !== '') lines.push(line)
  return lines
}

/** At most `most` lines; what is left out shows as an ellipsis at the end of the last. */
export function clipLines(lines: readonly string[], most: number, width: number): readonly string[] {
  if (lines.length <= most) return lines
  const shown = lines.slice(0, most)
  const last = wrapText(shown[most - 1] ?? '', width - 2)[0] ?? ''
  return [...shown.slice(0, -1), `${last} …`]
}

/** One line of at most `width` columns; what is left out shows as an ellipsis at its end. */
export function clipText(text: string, width: number): string {
  if (textWidth(text) <= width) return text
  return `${chop(text, width - 1)[0] ?? ''}…`
}
