const TOKEN = /"(?:[^"\\]|\\.)*"|[A-Za-z_:][\w:]*|\d[\w.]*|[=!]~|!=|[^\s]/g
const GROUPING = new Set(['by', 'without', 'on', 'ignoring', 'group_left', 'group_right'])
const OPERATORS = new Set(['and', 'or', 'unless', 'offset', 'bool'])
const NAME = /^[A-Za-z_:][\w:]*$/
const PLAIN_ALTERNATIVES = /^[\w/|-]*$/

export interface Matcher {
  readonly label: string
  /** What it compares with: several of a regular expression of plain alternatives, `null` of any other regular expression. */
  readonly values: readonly string[] | null
}

export interface Selector {
  readonly metric: string
  readonly matchers: readonly Matcher[]
}

/** What a PromQL expression takes from the outside. */
export interface ExpressionNames {
  readonly selectors: readonly Selector[]
  /** Labels that it groups, joins or rewrites by. */
  readonly labels: readonly string[]
}

/** As much of PromQL's grammar as tells names apart: whatever is no function, keyword or label counts as a metric. */
export function expressionNames(expression: string): ExpressionNames {
  const tokens: readonly string[] = expression.match(TOKEN) ?? []
  const selectors: Selector[] = []
  const labels: string[] = []
  for (let at = 0; at < tokens.length; at++) {
    const [token, next] = [tokens[at]!, tokens[at + 1]]
    if (GROUPING.has(token)) {
      const end = tokens.indexOf(')', at)
      labels.push(...tokens.slice(at + 1, end).filter((one) => NAME.test(one)))
      at = end
    } else if (token.startsWith('"')) {
      // Of label_replace: its patterns are no names.
      const text = token.slice(1, -1)
      if (NAME.test(text)) labels.push(text)
    } else if (NAME.test(token) && !OPERATORS.has(token) && next !== '(' && !GROUPING.has(next ?? '')) {
      const end = next === '{' ? tokens.indexOf('}', at) : at
      selectors.push({ metric: token, matchers: matchersIn(tokens.slice(at + 2, end)) })
      at = end
    }
  }
  return { selectors, labels }
}

/** Of `label = "value" , label =~ "one|other"`. */
function matchersIn(tokens: readonly string[]): readonly Matcher[] {
  const matchers: Matcher[] = []
  for (let at = 0; at + 2 < tokens.length; at += 4) {
    const [label, operator, quoted] = tokens.slice(at, at + 3) as [string, string, string]
    const value = quoted.slice(1, -1)
    const plain = !operator.endsWith('~') || PLAIN_ALTERNATIVES.test(value)
    matchers.push({ label, values: plain ? value.split('|') : null })
  }
  return matchers
}
