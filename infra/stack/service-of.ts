import type { PartName } from './part.ts'

/** The service of docker-compose.yml that a part is. */
export const serviceOf: Readonly<Record<PartName, string>> = {
  kafka: 'kafka',
  registry: 'schema-registry',
  postgres: 'postgres',
  redis: 'redis',
  opa: 'opa',
}
