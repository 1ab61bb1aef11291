import { DatabaseError, type Pool } from 'pg'
import type { Checkpoint } from '../../domain/checkpoint.ts'
import type { LinkRow, MemoryRow, NamespaceRow } from '../../domain/memory.ts'
import type { Scope } from '../../domain/names.ts'
import type { OutcomeRow } from '../../domain/outcome.ts'
import type { ChangeCursor, ChangePage, LongTermReader } from '../../query-api/ports/long-term-reader.ts'
import { uuidBytes } from '../long-term/id-bytes.ts'
import { uuidArray } from './binary-arrays.ts'
import type { FollowedBuild } from './live-build.ts'
import { changesParameters, pageOfChanges } from './long-term/changes-statement.ts'
import { checkpointOf } from './long-term/checkpoint-row.ts'
import { linkOf } from './long-term/link-rows.ts'
import { memoryOf } from './long-term/memory-rows.ts'
import { namespaceOf } from './long-term/namespace-rows.ts'
import { outcomeOf } from './long-term/outcome-rows.ts'
import { type ReadStatements, readStatements } from './long-term/read-statements.ts'
import { type Parameter, queryRows, type RawColumn } from './row-query.ts'
import { queryTenantRows } from './tenant-rows.ts'

/**
 * Reads the build that is followed, each call one statement. The pool is one with READ_SETTINGS, best `pipelined`. Each
 * statement names the tenant, and runs where no other tenant's rows are to be seen.
 */
export class PostgresLongTermReader implements LongTermReader {
  readonly #pool: Pool
  readonly #followed: FollowedBuild
  readonly #statements = new Map<string, ReadStatements>()

  constructor(pool: Pool, followed: FollowedBuild) {
    this.#pool = pool
    this.#followed = followed
  }

  async checkpoint(partition: number): Promise<Checkpoint> {
    const [columns] = await this.#rows(null, 'checkpoint', [partition])
    if (columns === undefined) throw new Error(`there is no checkpoint of partition ${partition}`)
    return checkpointOf(columns)
  }

  async changes(scope: Scope, since: ChangeCursor, limit: number): Promise<ChangePage> {
    return pageOfChanges(await this.#rows(scope.tenant, 'changes', changesParameters(scope, since, limit)), limit)
  }

  async memory(tenant: string, memoryId: string): Promise<MemoryRow | null> {
    const [columns] = await this.#rows(tenant, 'memory', [tenant, uuidBytes(memoryId)])
    return columns === undefined ? null : memoryOf(columns)
  }

  async memories({ tenant, namespace }: Scope, memoryIds: readonly string[]): Promise<readonly MemoryRow[]> {
    return (await this.#rows(tenant, 'memories', [tenant, namespace, uuidArray([...new Set(memoryIds)])])).map(memoryOf)
  }

  async links(
    { tenant, namespace }: Scope,
    memoryIds: readonly string[],
    most: number | null = null,
  ): Promise<readonly LinkRow[]> {
    return (await this.#rows(tenant, 'links', [tenant, namespace, uuidArray(memoryIds), most])).map(linkOf)
  }

  async namespaces(tenant: string): Promise<readonly NamespaceRow[]> {
    return (await this.#rows(tenant, 'namespaces', [tenant])).map(namespaceOf)
  }

  async namespace({ tenant, namespace }: Scope): Promise<NamespaceRow | null> {
    const [columns] = await this.#rows(tenant, 'namespace', [tenant, namespace])
    return columns === undefined ? null : namespaceOf(columns)
  }

  async outcome(tenant: string, commandId: string): Promise<OutcomeRow | null> {
    const [columns] = await this.#rows(tenant, 'outcome', [tenant, uuidBytes(commandId)])
    return columns === undefined ? null : outcomeOf(columns)
  }

  /** Memories of a tenant known since an instant, counted to `atMost`. */
  async memoriesSince(tenant: string, since: number, atMost: number): Promise<number> {
    const [columns] = await this.#rows(tenant, 'memoriesSince', [tenant, since, atMost])
    return Math.min(Number(columns?.[0]), atMost)
  }

  /** A build may be dropped right after a switch that this process has not seen yet: then it looks, and asks again. */
  async #rows(
    tenant: string | null,
    name: keyof ReadStatements,
    values: readonly Parameter[],
  ): Promise<readonly RawColumn[][]> {
    const { schema } = this.#followed.current
    try {
      return await this.#rowsOf(schema, tenant, name, values)
    } catch (error) {
      if (!isGone(error) || this.#followed.refresh === undefined) throw error
      await this.#followed.refresh()
      const now = this.#followed.current.schema
      if (now === schema) throw error
      return this.#rowsOf(now, tenant, name, values)
    }
  }

  /** `tenant` is `null` for what belongs to none. */
  #rowsOf(schema: string, tenant: string | null, name: keyof ReadStatements, values: readonly Parameter[]) {
    const statement = this.#statementsOf(schema)[name]
    return tenant === null
      ? queryRows(this.#pool, statement, values)
      : queryTenantRows(this.#pool, tenant, statement, values)
  }

  #statementsOf(schema: string): ReadStatements {
    const known = this.#statements.get(schema)
    if (known !== undefined) return known
    const statements = readStatements(schema)
    this.#statements.set(schema, statements)
    return statements
  }
}

/** undefined_table */
const isGone = (error: unknown): boolean => error instanceof DatabaseError && error.code === '42P01'
