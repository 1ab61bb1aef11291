import type { AssignedPort } from './assign-ports.ts'
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
  const rows = reports.map(({ name, state, pid, url }) => [name, words[state], pid === null ? '-' : String(pid), url])
  return table([['part', 'state', 'pid', 'address'], ...rows])
}

/** One line a service, with the port that it had to leave. */
export function portTable(ports: readonly AssignedPort[]): string {
  const rows = ports.map(({ service, variable, port, movedFrom }) => [
    service,
    variable,
    String(port),
    movedFrom === null ? '' : `${movedFrom} is taken`,
  ])
  return table([['service', 'variable', 'port', ''], ...rows])
}

function table(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? []
  const line = (row: readonly string[]): string =>
    row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')
  return rows.map((row) => line(row).trimEnd()).join('\n')
}

const variables: Readonly<Record<PartName, string>> = {
  kafka: 'SOMABRAIN_KAFKA_URL',
  registry: 'SOMABRAIN_SCHEMA_REGISTRY_URL',
  postgres: 'SOMABRAIN_POSTGRES_DSN',
  redis: 'SOMABRAIN_REDIS_URL',
  opa: 'SOMABRAIN_OPA_ENDPOINT',
}

/** What to set for `npm start` to run on these parts. */
export function stackExports(reports: readonly PartReport[]): string {
  return reports.map(({ name, url }) => `export ${variables[name]}='${url}'`).join('\n')
}
