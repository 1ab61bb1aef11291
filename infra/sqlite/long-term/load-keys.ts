import type { DatabaseSync } from 'node:sqlite'
import type { KeyRow, LongTermNeeds, ScopedKey } from '../../../domain/long-term/changes.ts'
import { hexBytes } from '../../long-term/id-bytes.ts'
import type { ScopeTable } from './scope-table.ts'

type LoadKeys = (needs: NonNullable<LongTermNeeds['keys']>) => readonly KeyRow[]

/** Which of the keys are erased, and what stands under those that are being erased. */
export function keysLoad(database: DatabaseSync, scopes: ScopeTable): LoadKeys {
  const erased = database.prepare('select 1 from erased_keys where key_id = ? and scope = ?')
  const standing = database.prepare(
    `select count(*) as every,
       count(*) filter (where superseded_by is null and json_extract(intervals, '$[#-2]') is null) as live
     from memories where key_id = ? and scope = ? and sealed is not null`,
  )
  const isErased = ({ keyId, ...scope }: ScopedKey): boolean => {
    const number = scopes.numberOf(scope)
    return number !== null && erased.get(hexBytes(keyId), number) !== undefined
  }
  return ({ used, erasing }) => [
    ...used.filter(isErased).map((key) => ({ ...key, erased: true, memories: null })),
    ...erasing.map((key) => {
      const number = scopes.numberOf(key)
      const row = number === null ? undefined : standing.get(hexBytes(key.keyId), number)
      const memories = { all: Number(row?.every ?? 0), live: Number(row?.live ?? 0) }
      return { ...key, erased: isErased(key), memories }
    }),
  ]
}
