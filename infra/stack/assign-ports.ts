import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isPortTaken } from './free-port.ts'
import { configuredPort, type HostPort, hostPorts } from './host-ports.ts'

const FIRST_PORT = 30_000
const LAST_PORT = 32_767

export interface AssignedPort {
  readonly service: string
  readonly variable: string
  readonly port: number
  /** The port that something else has; `null`: it stays where it was. */
  readonly movedFrom: number | null
}

/**
 * Keeps every host port that is free, or that `isOurs` says a service of this checkout has; the others move to the first free
 * one from 30000 up. Writes `.env` (other lines stay) and `ports.json` in `root`.
 */
export async function assignPorts(
  root: string,
  variables: Readonly<Record<string, string | undefined>>,
  isOurs: (port: HostPort) => boolean,
): Promise<readonly AssignedPort[]> {
  const wanted = hostPorts.map((known) => ({ known, port: configuredPort(known, variables) }))
  const spoken = new Set(wanted.map(({ port }) => port))
  const assigned: AssignedPort[] = []
  for (const { known, port } of wanted) {
    const { service, variable } = known
    const stays = isOurs(known) || !(await isPortTaken(port))
    const next = stays ? port : await nextFreePort(spoken)
    spoken.add(next)
    assigned.push({ service, variable, port: next, movedFrom: stays ? null : port })
  }
  writeVariables(join(root, '.env'), new Map(assigned.map(({ variable, port }) => [variable, String(port)])))
  const ports = Object.fromEntries(assigned.map(({ service, port }) => [service, port]))
  writeFileSync(join(root, 'ports.json'), `${JSON.stringify(ports, null, 2)}\n`)
  return assigned
}

async function nextFreePort(spoken: ReadonlySet<number>): Promise<number> {
  for (let port = FIRST_PORT; port <= LAST_PORT; port++) {
    if (!spoken.has(port) && !(await isPortTaken(port))) return port
  }
  throw new Error(`no port from ${FIRST_PORT} to ${LAST_PORT} is free`)
}

function writeVariables(file: string, values: ReadonlyMap<string, string>): void {
  const lines = existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n') : []
  const kept = lines.filter((line) => line !== '' && !values.has(line.split('=', 1)[0] ?? ''))
  const own = [...values].map(([name, value]) => `${name}=${value}`)
  // It holds secrets too.
  writeFileSync(file, `${[...kept, ...own].join('\n')}\n`, { mode: 0o600 })
}
