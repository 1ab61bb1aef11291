import type { Alert } from './rule-files.ts'

/** A rule that is wrong in one way, as text of its file. */
export interface Spoilt {
  readonly what: string
  readonly text: string
}

const COMPARISON = /(==|>|<) ([\d.]+)(?![\s\S]*(?:==|>|<) [\d.]+)/
const BEYOND_ALL = '1e15'

/** One rule of a file spoilt: without its `for`, and with a last threshold that is too strict, twice as strict, or too lax. */
export function spoiltRules(text: string, alert: Alert): readonly Spoilt[] {
  const block = blockOf(text, alert)
  const spoilt = (what: string, of: string): readonly Spoilt[] =>
    of === block
      ? []
      : [{ what: `${alert.alert} (${alert.labels?.severity}) ${what}`, text: text.replace(block, () => of) }]
  const expression = (replace: (match: string, operator: string, value: string) => string): string => {
    const end = block.indexOf('labels:')
    return block.slice(0, end).replace(COMPARISON, replace) + block.slice(end)
  }
  return [
    ...spoilt('without `for`', block.replace(/\n +for: \w+/, '')),
    ...spoilt(
      'too strict',
      expression((_, operator) => strict(operator)),
    ),
    ...spoilt(
      'twice as strict',
      expression((_, operator, value) => `${operator} ${twice(operator, Number(value))}`),
    ),
    ...spoilt(
      'too lax',
      expression((_, operator, value) => lax(operator, value)),
    ),
  ]
}

const strict = (operator: string): string => (operator === '<' ? `< -${BEYOND_ALL}` : `${operator} ${BEYOND_ALL}`)

const twice = (operator: string, value: number): number =>
  operator === '>' ? value * 2 : operator === '<' ? value / 2 : value

function lax(operator: string, value: string): string {
  if (operator === '==') return '>= 0'
  // At zero the nearest mistake is to take zero too.
  if (operator === '>' && Number(value) === 0) return '>= 0'
  return operator === '>' ? `> -${BEYOND_ALL}` : `< ${BEYOND_ALL}`
}

/** From its name to the rule behind it; of two with one name the one of its severity. */
function blockOf(text: string, { alert, labels }: Alert): string {
  const blocks = text.split(/(?=\n {6}- (?:alert|record): )/)
  const block = blocks.find(
    (one) => one.includes(`- alert: ${alert}\n`) && one.includes(`severity: ${labels?.severity} `),
  )
  if (block === undefined) throw new Error(`${alert} is not written as the others are`)
  return block
}
