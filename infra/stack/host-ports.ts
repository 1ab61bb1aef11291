import type { PartName } from './part.ts'

/** A port of this machine on which a service of docker-compose.yml is published. */
export interface HostPort {
  /** Service of docker-compose.yml. */
  readonly service: string
  /** Environment variable that moves it. */
  readonly variable: string
  readonly port: number
  /** The part that `npm run stack` runs on it; the other services come with docker-compose.yml only. */
  readonly part?: PartName
}

/** The documented ports. Clients, dashboards and runbooks know them. */
export const hostPorts: readonly HostPort[] = [
  { service: 'api', variable: 'SOMABRAIN_HOST_PORT', port: 9999 },
  { service: 'redis', variable: 'REDIS_HOST_PORT', port: 30100, part: 'redis' },
  { service: 'kafka', variable: 'KAFKA_BROKER_HOST_PORT', port: 30102, part: 'kafka' },
  { service: 'kafka-exporter', variable: 'KAFKA_EXPORTER_HOST_PORT', port: 30103 },
  { service: 'opa', variable: 'OPA_HOST_PORT', port: 30104, part: 'opa' },
  { service: 'prometheus', variable: 'PROMETHEUS_HOST_PORT', port: 30105 },
  { service: 'postgres', variable: 'POSTGRES_HOST_PORT', port: 30106, part: 'postgres' },
  { service: 'postgres-exporter', variable: 'POSTGRES_EXPORTER_HOST_PORT', port: 30107 },
  { service: 'schema-registry', variable: 'SCHEMA_REGISTRY_HOST_PORT', port: 30108, part: 'registry' },
  { service: 'alertmanager', variable: 'ALERTMANAGER_HOST_PORT', port: 30109 },
]

type Variables = Readonly<Record<string, string | undefined>>

const LAST_PORT = 65_535

/** The port as configured, or the documented one. Throws when what is configured is no port. */
export function configuredPort({ variable, port }: HostPort, variables: Variables): number {
  const given = variables[variable]
  if (given === undefined || given === '') return port
  const number = Number(given)
  if (/^\d+$/.test(given) && number > 0 && number <= LAST_PORT) return number
  throw new Error(`${variable} is "${given}"; a port from 1 to ${LAST_PORT} would be valid`)
}
