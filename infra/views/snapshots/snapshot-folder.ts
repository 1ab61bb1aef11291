import { createHash, createSecretKey, randomBytes } from 'node:crypto'
import { type FileHandle, mkdir, open, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Checkpoint } from '../../../domain/checkpoint.ts'
import { lengthPrefixed } from '../../../domain/length-prefixed.ts'
import type { Scope } from '../../../domain/names.ts'
import type { MasterKey } from '../../crypto/master-key.ts'
import { readKeyId, readSnapshot, type SnapshotKey } from './snapshot-file.ts'

/** An `Erase` in the log of a namespace. */
export interface ErasureInLog extends Scope {
  readonly partition: number
  readonly offset: number
}

/** Beside the other files of a process. Backups leave it out: everything in it can be made again. */
export const SNAPSHOT_FOLDER = 'views'

const KEY_BYTES = 32
const KEY_ID_BYTES = 16
const WRAP_LABEL = 'view-key'

/**
 * The files of snapshots: for each namespace `<name>.view`, and `<name>.key` with the key that it is sealed with, wrapped
 * by the master key. The key is not among the data keys: it dies with its file, at every erasure, and no backup takes
 * the folder.
 */
export class SnapshotFolder {
  readonly #path: string
  readonly #master: Pick<MasterKey, 'wrap' | 'unwrap'>

  constructor(path: string, master: Pick<MasterKey, 'wrap' | 'unwrap'>) {
    this.#path = path
    this.#master = master
  }

  /** The namespace's snapshot, opened for reading; `null` when there is none. */
  async openView(scope: Scope): Promise<FileHandle | null> {
    return orAbsent(() => open(this.#file(scope, 'view'), 'r'))
  }

  /** The namespace's key, or `null` when there is none. Throws when it is not one of this master key. */
  async key(scope: Scope): Promise<SnapshotKey | null> {
    const bytes = await orAbsent(() => readFile(this.#file(scope, 'key')))
    if (bytes === null) return null
    const keyId = bytes.subarray(0, KEY_ID_BYTES).toString('hex')
    const secret = this.#master.unwrap(WRAP_LABEL, contextOf(scope, keyId), bytes.subarray(KEY_ID_BYTES))
    return { keyId, key: createSecretKey(secret) }
  }

  async makeKey(scope: Scope): Promise<SnapshotKey> {
    await mkdir(this.#path, { recursive: true, mode: 0o700 })
    const keyId = randomBytes(KEY_ID_BYTES)
    const secret = randomBytes(KEY_BYTES)
    const wrapped = this.#master.wrap(WRAP_LABEL, contextOf(scope, keyId.toString('hex')), secret)
    await writeFile(this.#file(scope, 'key'), Buffer.concat([keyId, wrapped]), { mode: 0o600, flush: true })
    return { keyId: keyId.toString('hex'), key: createSecretKey(secret) }
  }

  /**
   * Puts what `write` writes in the place of the namespace's snapshot, in one step. Leaves everything as it was when
   * `write` gives up with `false`, throws, or the key was replaced meanwhile.
   */
  async replaceView(scope: Scope, keyId: string, write: (file: FileHandle) => Promise<boolean>): Promise<boolean> {
    const [temporary, place] = [this.#file(scope, 'part'), this.#file(scope, 'view')]
    try {
      const file = await open(temporary, 'w', 0o600)
      try {
        if (!(await write(file))) return false
        await file.sync()
      } finally {
        await file.close()
      }
      if ((await this.key(scope))?.keyId !== keyId) return false
      await rename(temporary, place)
      return true
    } finally {
      await rm(temporary, { force: true })
    }
  }

  /**
   * Removes every snapshot that does not stand behind its namespace's erasure: it may hold what was erased. `generationOf` is
   * the log's; a snapshot of another one stands behind nothing in it.
   */
  async forgetBefore(
    erasures: readonly ErasureInLog[],
    generationOf: (partition: number, offset: number) => string | null,
  ): Promise<void> {
    const files = (await orAbsent(() => readdir(this.#path))) ?? []
    const names = new Set(files.map((file) => file.slice(0, file.lastIndexOf('.'))))
    for (const erasure of erasures) {
      if (!names.has(nameOf(erasure))) continue
      const stands = await this.#checkpoint(erasure).catch(() => null)
      const isOfLog = stands !== null && stands.generation === generationOf(erasure.partition, erasure.offset)
      if (!isOfLog || stands.offset < erasure.offset) await this.forget(erasure)
    }
  }

  /** Where the namespace's snapshot stands. Throws for one that cannot be read. */
  async #checkpoint(scope: Scope): Promise<Checkpoint | null> {
    const key = await this.key(scope)
    const file = key === null ? null : await this.openView(scope)
    if (key === null || file === null) return null
    try {
      if (key.keyId !== (await readKeyId(file))) return null
      let checkpoint: Checkpoint | null = null
      await readSnapshot(file, scope, key, (manifest) => {
        checkpoint = manifest.checkpoint
        return false
      })
      return checkpoint
    } finally {
      await file.close()
    }
  }

  forget(scope: Scope): Promise<void> {
    return forgetSnapshot(this.#path, scope)
  }

  #file(scope: Scope, suffix: string): string {
    return fileOf(this.#path, scope, suffix)
  }
}

/** Overwrites and removes a namespace's key in the folder, then removes its snapshot. */
export async function forgetSnapshot(path: string, scope: Scope): Promise<void> {
  const key = fileOf(path, scope, 'key')
  const file = await orAbsent(() => open(key, 'r+'))
  if (file !== null) {
    try {
      await file.write(randomBytes((await file.stat()).size), 0, undefined, 0)
      await file.sync()
    } finally {
      await file.close()
    }
  }
  await rm(key, { force: true })
  // A process that ended while it wrote has left a part.
  for (const suffix of ['view', 'part']) await rm(fileOf(path, scope, suffix), { force: true })
}

const fileOf = (path: string, scope: Scope, suffix: string): string => join(path, `${nameOf(scope)}.${suffix}`)

const nameOf = ({ tenant, namespace }: Scope): string =>
  createHash('sha256').update(lengthPrefixed(tenant, namespace)).digest('hex').slice(0, 32)

const contextOf = ({ tenant, namespace }: Scope, keyId: string): string[] => [tenant, namespace, keyId]

async function orAbsent<T>(read: () => Promise<T>): Promise<T | null> {
  try {
    return await read()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}
