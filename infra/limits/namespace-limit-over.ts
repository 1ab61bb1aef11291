import type { LongTermReader } from '../../query-api/ports/long-term-reader.ts'
import type { LimitSettings } from './limit-settings.ts'
import { createNamespaceLimit, type NamespaceLimit } from './namespace-limit.ts'

/** The limit of namespaces as long-term memory knows them; `null`: there is none. */
export function namespaceLimitOver(
  reader: Pick<LongTermReader, 'namespaces'>,
  settings: LimitSettings | null,
  now: () => number,
  onFault: (fault: unknown) => void,
): NamespaceLimit | null {
  const most = settings?.namespaces ?? null
  if (most === null) return null
  const stored = async (tenant: string): Promise<ReadonlySet<string>> =>
    new Set((await reader.namespaces(tenant)).map(({ namespace }) => namespace))
  return createNamespaceLimit({ most, stored, now, onFault })
}
