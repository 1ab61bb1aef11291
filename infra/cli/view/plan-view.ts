import type { JsonObject } from '../../../domain/json.ts'
import { numberField, objectField, objectsField, textField, textsField } from '../json-fields.ts'
import { contentLines, whence } from './memory-line.ts'
import { paint, type Terminal } from './terminal.ts'

const INDENT = 5
const MOST_LINES = 4
const byNumber = new Intl.Collator('en', { numeric: true })

/** What a step waits for, one line for each sort of link: `depends_on step 8, step 10`. */
function waitLines(step: JsonObject, name: (id: string | null) => string): readonly string[] {
  const links = objectsField(step, 'depends_on')
  const rels = [...new Set(links.map((link) => textField(link, 'rel')))]
  return rels.map((rel) => {
    const names = links
      .filter((link) => textField(link, 'rel') === rel)
      .map((link) => name(textField(link, 'memory_id')))
    return `${rel} ${names.toSorted(byNumber.compare).join(', ')}`
  })
}

/** An answer of `/plan`: the steps in order, what each waits for, what is missing, what goes in circles. */
export function planView(terminal: Terminal, answer: JsonObject): string {
  const steps = objectsField(answer, 'steps')
  const memoryOf = (step: JsonObject): JsonObject => objectField(step, 'memory') ?? step
  const numbers = new Map(steps.map((step, index) => [textField(memoryOf(step), 'memory_id'), index + 1]))

  const name = (id: string | null): string => (numbers.has(id) ? `step ${numbers.get(id)}` : (id ?? 'something'))

  const blocks = steps.map((step, index) => {
    const memory = memoryOf(step)
    const waits = waitLines(step, name)
    const confidence = numberField(step, 'confidence')
    const facts = [whence(memory), confidence === null ? '' : `confidence ${confidence.toFixed(2)}`]
    return [
      `${paint(terminal, 'bold', String(index + 1).padStart(3))}  ${paint(terminal, 'dim', facts.filter((fact) => fact !== '').join(' · '))}`,
      ...contentLines(terminal, memory, INDENT, MOST_LINES),
      ...waits.map((wait) => `${' '.repeat(INDENT)}${paint(terminal, 'cyan', `↳ ${wait}`)}`),
    ].join('\n')
  })

  const missing = objectsField(answer, 'missing').map(
    (gap) =>
      `missing: ${textField(gap, 'memory_id')}, which ${name(textField(gap, 'needed_by'))} ${textField(gap, 'rel')}`,
  )
  const unexplored = objectsField(answer, 'unexplored')
  const unseen = unexplored.length === 0 ? [] : [`${unexplored.length} more that it depends on were not looked at`]
  const omitted = numberField(answer, 'omitted') ?? 0
  const left = omitted === 0 ? [] : [`${omitted} more that bear on it do not fit into so few steps`]
  const cycles = Array.isArray(answer.cycles) ? answer.cycles : []
  const circles = cycles.map((cycle) => {
    const ids = textsField({ cycle }, 'cycle')
    return `a circle: ${ids.map(name).join(' → ')}`
  })
  const warnings = [...missing, ...circles, ...unseen, ...left].map((line) => paint(terminal, 'yellow', line))
  const closing = steps.length === 0 ? ['Nothing in memory bears on that goal.'] : []
  return `${[...blocks, ...warnings, ...closing].join('\n\n')}\n`
}
