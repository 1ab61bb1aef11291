import type { PartName } from './part.ts'
import type { PartReport } from './stack.ts'

const words: Readonly<Record<PartReport['state'], string>> = {
  started: 'started',
  running: 'up',
  found: 'up, not started here',
  stopped: 'stopped',
  silent: 'does not answer',
  down: 'down',
}

/** One line a part: name, state, process, address. */
export function stackTable(reports: readonly PartReport[]): string {
  const rows = [
    ['part', 'state', 'pid', 'address'],
    ...reports.map(({ name, state, pid, url }) => [name, words[state], pid === null ? '-' : String(pid), url]),
  ]
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  return rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')).join('\n')
}

const variables: Readonly<Record<PartName, string>> = {
  kafka: 'SOMABRAIN_KAFKA_URL',
  registry: 'SOMABRAIN_SCHEMA_REGISTRY_URL',
  postgres: 'SOMABRAIN_POSTGRES_DSN',
  redis: 'SOMABRAIN_REDIS_URL',
}

/** What to set for `npm start` to run on these parts. */
export function stackExports(reports: readonly PartReport[]): string {
  return reports.map(({ name, url }) => `export ${variables[name]}='${url}'`).join('\n')
}
