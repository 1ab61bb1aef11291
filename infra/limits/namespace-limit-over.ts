import type { LongTermReader } from '../../query-api/ports/long-term-reader.ts'
import { type LimitSettings, limitOf } from './limit-settings.ts'
import { createNamespaceLimit, type NamespaceLimit } from './namespace-limit.ts'

/** The limit of namespaces as long-term memory knows them; `null`: no tenant has one. */
export function namespaceLimitOver(
  reader: Pick<LongTermReader, 'namespaces'>,
  settings: LimitSettings | null,
  now: () => number,
  onFault: (fault: unknown) => void,
): NamespaceLimit | null {
  if (settings === null) return null
  const all = [settings, ...(settings.tenants?.values() ?? [])]
  if (all.every(({ namespaces }) => namespaces === null)) return null
  const stored = async (tenant: string): Promise<ReadonlySet<string>> =>
    new Set((await reader.namespaces(tenant)).map(({ namespace }) => namespace))
  return createNamespaceLimit({ most: (tenant) => limitOf(settings, tenant).namespaces, stored, now, onFault })
}
