import { randomBytes } from 'node:crypto'
import { mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { AuditOperation } from '../../../domain/audit/audit-operation.ts'
import { createAuditCodec } from '../../../schemas/audit-codec.ts'
import { inTransaction } from '../data-dir/in-transaction.ts'
import { SQLITE_BUSY, sqliteCode } from '../data-dir/sqlite-error.ts'

const NAME = /^audit-spill-[0-9a-f]{16}\.db$/
/** Of the numbers of `schemas/catalogue.json`: a registry may not be known yet, or be another one by the time it is shipped. */
const codec = createAuditCodec()

/**
 * Operations on local disk, until the log takes them. A file is made when it is first needed and deleted when it is empty:
 * a process whose log never failed leaves nothing. The file is locked by the process that writes it; a file whose process
 * died is taken over by the next one that starts in the folder.
 */
export class AuditSpill {
  readonly #folder: string
  #open: { readonly file: string; readonly database: DatabaseSync } | null = null

  constructor(folder: string) {
    this.#folder = folder
  }

  /** Throws when the disk does not take them. */
  add(operations: readonly AuditOperation[]): void {
    const database = this.#writable()
    const insert = database.prepare('insert into spilled (id, value) values (?, ?) on conflict (id) do nothing')
    inTransaction(database, () => {
      for (const operation of operations) insert.run(operation.id, codec.encodeOperation(operation))
    })
  }

  count(): number {
    return this.#open === null ? 0 : Number(this.#open.database.prepare('select count(*) as n from spilled').get()?.n)
  }

  /** In the order in which they were spilled. */
  oldest(limit: number): readonly AuditOperation[] {
    if (this.#open === null) return []
    const rows = this.#open.database.prepare('select value from spilled order by place limit ?').all(limit)
    return rows.flatMap(({ value }) => {
      const read = codec.decodeOperation(value as Uint8Array)
      return read.ok ? [read.value] : []
    })
  }

  /** Those that the log has. */
  remove(operations: readonly AuditOperation[]): void {
    if (this.#open === null) return
    const { database } = this.#open
    const remove = database.prepare('delete from spilled where id = ?')
    inTransaction(database, () => {
      for (const { id } of operations) remove.run(id)
    })
    if (this.count() === 0) this.#discard()
  }

  /** Takes over what processes left that are no longer there. */
  adopt(): void {
    for (const name of filesIn(this.#folder)) {
      const file = join(this.#folder, name)
      if (file === this.#open?.file) continue
      const database = openLocked(file)
      if (database === null) continue
      const left = { file, database }
      const mine = this.#open
      if (mine === null) this.#open = left
      else {
        this.add(operationsIn(database))
        close(left, true)
      }
    }
    if (this.#open !== null && this.count() === 0) this.#discard()
  }

  close(): void {
    const open = this.#open
    const isEmpty = this.count() === 0
    this.#open = null
    if (open !== null) close(open, isEmpty)
  }

  #writable(): DatabaseSync {
    if (this.#open === null) {
      mkdirSync(this.#folder, { recursive: true, mode: 0o700 })
      const file = join(this.#folder, `audit-spill-${randomBytes(8).toString('hex')}.db`)
      const database = openLocked(file)
      if (database === null) throw new Error(`${file} is locked by another process`)
      this.#open = { file, database }
    }
    return this.#open.database
  }

  #discard(): void {
    const open = this.#open
    this.#open = null
    if (open !== null) close(open, true)
  }
}

function filesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).filter((name) => NAME.test(name))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}

function operationsIn(database: DatabaseSync): readonly AuditOperation[] {
  return database
    .prepare('select value from spilled order by place')
    .all()
    .flatMap(({ value }) => {
      const read = codec.decodeOperation(value as Uint8Array)
      return read.ok ? [read.value] : []
    })
}

/** `null` when another process has it. Not fsynced: what a SIGKILL leaves is kept, what a power failure takes is documented. */
function openLocked(file: string): DatabaseSync | null {
  const database = new DatabaseSync(file, { timeout: 0 })
  try {
    database.exec(`
      pragma locking_mode = exclusive;
      pragma journal_mode = wal;
      pragma synchronous = normal;
      begin exclusive;
      create table if not exists spilled (place integer primary key, id text not null unique, value blob not null) strict;
      commit;
    `)
    return database
  } catch (error) {
    database.close()
    if (sqliteCode(error) === SQLITE_BUSY) return null
    throw error
  }
}

function close({ file, database }: { readonly file: string; readonly database: DatabaseSync }, isEmpty: boolean): void {
  database.close()
  if (isEmpty) for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(`${file}${suffix}`, { force: true })
}
