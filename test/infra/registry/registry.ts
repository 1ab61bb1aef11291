import { randomBytes } from 'node:crypto'
import { createRegistryClient, type RegistryClient } from '../../../infra/registry/registry-client.ts'
import { realParts } from '../../support/real-parts.ts'

/** Before every subject of one test file. */
export const newPrefix = (): string => `test-${randomBytes(6).toString('hex')}.`

export const openRegistry = (): RegistryClient => createRegistryClient({ url: realParts.registry })

/** Asks the registry directly: what the client has no call for. */
export async function askDirectly(method: string, path: string, body?: unknown): Promise<unknown> {
  const answer = await fetch(`${realParts.registry}${path}`, {
    method,
    headers: { 'content-type': 'application/vnd.schemaregistry.v1+json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  return answer.json()
}

/** Removes every subject of the prefix, for good. */
export async function removeSubjects(prefix: string): Promise<void> {
  const subjects = (await askDirectly('GET', '/subjects')) as string[]
  for (const subject of subjects.filter((name) => name.startsWith(prefix))) {
    await askDirectly('DELETE', `/subjects/${subject}`)
    await askDirectly('DELETE', `/subjects/${subject}?permanent=true`)
  }
}
