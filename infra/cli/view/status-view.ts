import type { JsonObject } from '../../../domain/json.ts'
import { asObject, numberField, objectField, textField } from '../json-fields.ts'
import { day } from './memory-line.ts'
import { paint, printable, type Style, type Terminal } from './terminal.ts'
import { padEnd } from './text-width.ts'

const statusStyles: Readonly<Record<string, Style>> = { healthy: 'green', disabled: 'dim' }

const painted = (terminal: Terminal, status: string): string => paint(terminal, statusStyles[status] ?? 'red', status)

function componentLine(terminal: Terminal, name: string, component: JsonObject | null): string {
  const status = textField(component, 'status') ?? 'unknown'
  const latency = numberField(component, 'latency_ms')
  const facts = [
    textField(component, 'backend'),
    latency === null ? null : `${latency} ms`,
    textField(component, 'error'),
  ]
  const known = facts.filter((fact) => fact !== null)
  return `  ${padEnd(name, 16)} ${painted(terminal, status)}${known.length > 0 ? `  ${paint(terminal, 'dim', known.join(', '))}` : ''}`
}

function table(rows: ReadonlyArray<readonly string[]>): readonly string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)))
  return rows.map((row) => `  ${row.map((cell, column) => padEnd(cell, widths[column] ?? 0)).join('  ')}`.trimEnd())
}

const count = (value: number | null): string => (value ?? 0).toLocaleString('en-US')

/** What `/health` answered, and the items of `GET /namespaces`. */
export function statusView(terminal: Terminal, url: string, health: JsonObject, items: readonly JsonObject[]): string {
  const status = textField(health, 'status') ?? 'unknown'
  const components = Object.entries(objectField(health, 'components') ?? {})
  const rows = items.map((item) => [
    printable(textField(item, 'namespace') ?? ''),
    count(numberField(item, 'memories')),
    count(numberField(item, 'retired')),
    textField(item, 'language') ?? '',
    day(textField(item, 'last_recorded_at')) ?? '',
  ])
  const total = items.reduce((sum, item) => sum + (numberField(item, 'memories') ?? 0), 0)
  return `${[
    `${paint(terminal, 'bold', url)}  ${painted(terminal, status)}  ${paint(terminal, 'dim', textField(health, 'version') ?? '')}`,
    ...components.map(([name, component]) => componentLine(terminal, name, asObject(component))),
    '',
    ...(items.length === 0
      ? ['  No memories yet.']
      : table([['namespace', 'memories', 'retired', 'language', 'last write'], ...rows])),
    ...(items.length > 1 ? ['', `  ${count(total)} memories in ${items.length} namespaces`] : []),
  ].join('\n')}\n`
}
