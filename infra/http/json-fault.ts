/** Where a text stops being JSON. `offset` counts UTF-16 code units from 0; line and column count from 1. */
export interface JsonFault {
  readonly offset: number
  readonly line: number
  readonly column: number
  readonly found: string
  readonly expected: string
}

const SPACE = /[ \t\r\n]*/y
const WORD = /(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)(?![A-Za-z0-9_.+-])/y
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y

type State = 'value' | 'value-or-end' | 'name' | 'name-or-end' | 'colon' | 'after-value' | 'end'

const EXPECTED: Readonly<Record<State, string>> = {
  value: 'a JSON value',
  'value-or-end': 'a JSON value or ]',
  name: 'a member name in double quotes',
  'name-or-end': 'a member name in double quotes or }',
  colon: 'a colon',
  'after-value': 'a comma or the closing bracket',
  end: 'nothing after the value',
}

/** The first place where `text` is not JSON (RFC 8259), or `null` when all of it is. Takes no stack for nesting. */
export function jsonFault(text: string): JsonFault | null {
  const open: Opening[] = []
  let state: State = 'value'
  let at = text.charCodeAt(0) === 0xfeff ? 1 : 0
  for (;;) {
    at = endOf(SPACE, text, at) ?? at
    if (at === text.length) return state === 'end' ? null : fault(text, at, 'it ends', state)
    const token = tokenAt(text, at)
    const next: State | null = token === null ? null : step(state, open, token.kind)
    if (token === null || next === null) return fault(text, at, `unexpected ${describe(text, at)}`, state)
    state = next
    at = token.end
  }
}

type Opening = '{' | '['
type TokenKind = Opening | '}' | ']' | ',' | ':' | 'string' | 'word'

function tokenAt(text: string, at: number): { readonly kind: TokenKind; readonly end: number } | null {
  const character = text[at]!
  if ('{}[],:'.includes(character)) return { kind: character as TokenKind, end: at + 1 }
  const end = character === '"' ? endOfString(text, at + 1) : endOf(WORD, text, at)
  return end === null ? null : { kind: character === '"' ? 'string' : 'word', end }
}

/** A loop and no pattern: the stack of a backtracking pattern grows with the string. */
function endOfString(text: string, from: number): number | null {
  for (let at = from; at < text.length; ) {
    const unit = text.charCodeAt(at)
    if (unit === 0x22) return at + 1
    if (unit < 0x20) return null
    const next = unit === 0x5c ? endOf(ESCAPE, text, at) : at + 1
    if (next === null) return null
    at = next
  }
  return null
}

function endOf(pattern: RegExp, text: string, at: number): number | null {
  pattern.lastIndex = at
  return pattern.test(text) ? pattern.lastIndex : null
}

function step(state: State, open: Opening[], token: TokenKind): State | null {
  switch (state) {
    case 'value':
    case 'value-or-end':
      if (token === ']' && state === 'value-or-end') return close(open)
      return valueStep(open, token)
    case 'name':
    case 'name-or-end':
      if (token === '}' && state === 'name-or-end') return close(open)
      return token === 'string' ? 'colon' : null
    case 'colon':
      return token === ':' ? 'value' : null
    case 'after-value': {
      const inside = open.at(-1)
      if (token === ',') return inside === '{' ? 'name' : 'value'
      return token === (inside === '{' ? '}' : ']') ? close(open) : null
    }
    case 'end':
      return null
  }
}

function valueStep(open: Opening[], token: TokenKind): State | null {
  if (token === 'string' || token === 'word') return open.length === 0 ? 'end' : 'after-value'
  if (token !== '{' && token !== '[') return null
  open.push(token)
  return token === '{' ? 'name-or-end' : 'value-or-end'
}

function close(open: Opening[]): State {
  open.pop()
  return open.length === 0 ? 'end' : 'after-value'
}

function describe(text: string, at: number): string {
  const character = String.fromCodePoint(text.codePointAt(at)!)
  return character === '"'
    ? 'string that does not end, or has a control character or unknown escape'
    : JSON.stringify(character)
}

function fault(text: string, offset: number, found: string, state: State): JsonFault {
  const before = text.slice(0, offset)
  const lastBreak = before.lastIndexOf('\n')
  const line = before.split('\n').length
  return { offset, line, column: offset - lastBreak, found, expected: EXPECTED[state] }
}
