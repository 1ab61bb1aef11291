import { stripVTControlCharacters } from 'node:util'

/** Where the command line writes, and what it may use there. */
export interface Terminal {
  readonly columns: number
  readonly isTty: boolean
  readonly hasColour: boolean
  write(text: string): void
}

interface TerminalStream {
  readonly isTTY?: boolean
  readonly columns?: number
  write(text: string): unknown
}

const WIDEST = 120

/** Colours unless NO_COLOR is set (no-color.org) or nobody looks; FORCE_COLOR asks for them anyway. */
export function createTerminal(
  stream: TerminalStream,
  environment: Readonly<Record<string, string | undefined>>,
): Terminal {
  const isTty = stream.isTTY === true
  const isForced = (environment.FORCE_COLOR ?? '') !== '' && environment.FORCE_COLOR !== '0'
  const isPlain = (environment.NO_COLOR ?? '') !== '' || environment.TERM === 'dumb'
  return {
    columns: Math.max(40, Math.min(WIDEST, stream.columns ?? (Number(environment.COLUMNS) || 80))),
    isTty,
    hasColour: !isPlain && (isTty || isForced),
    write: (text) => {
      stream.write(text)
    },
  }
}

const styles = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  cyan: [36, 39],
} as const

export type Style = keyof typeof styles

export function paint(terminal: Pick<Terminal, 'hasColour'>, style: Style, text: string): string {
  if (!terminal.hasColour || text === '') return text
  const [open, close] = styles[style]
  return `\u001b[${open}m${text}\u001b[${close}m`
}

/** Text from a memory as it may be shown: it could hold escape sequences that move the cursor or set a title. */
export const printable = (text: string): string =>
  stripVTControlCharacters(text).replace(/[\p{Cc}\p{Cf}]/gu, (character) => (/\s/u.test(character) ? ' ' : ''))
