import { randomBytes } from 'node:crypto'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { partitionKey, partitionOf } from '../../../../domain/partition.ts'
import { createMasterKey } from '../../../../infra/crypto/master-key.ts'
import { DiskSnapshots } from '../../../../infra/views/snapshots/disk-snapshots.ts'
import { SnapshotFolder } from '../../../../infra/views/snapshots/snapshot-folder.ts'
import { MemoryIndex } from '../../../../query-api/memory-index.ts'
import { ResidentView } from '../../../../query-api/resident-view.ts'
import type { IndexSettings } from '../../../../query-api/view-index.ts'
import type { FoldedLog } from '../../../query-api/support/folded-log.ts'
import { viewParts } from '../../../query-api/support/view-parts.ts'
import { eventually } from '../../../support/eventually.ts'

export const scope = { tenant: 'acme', namespace: 'notes' }
const anything = { offset: -1, allowStale: false }
const asOf = { valid: 1e12, validAsked: false, known: null }
const makeIndex = (settings: IndexSettings) => new MemoryIndex(settings)

export const masterKey = () => createMasterKey(randomBytes(32), 'test')

/** A process over a log and a folder of snapshots: its view begins cold. */
export function snapshotProcess(
  log: FoldedLog,
  path: string,
  {
    release = '1',
    master = masterKey(),
  }: { readonly release?: string; readonly master?: ReturnType<typeof masterKey> },
) {
  const faults: unknown[] = []
  const folder = new SnapshotFolder(path, master)
  const onFault = (fault: unknown) => faults.push(fault)
  const snapshots = new DiskSnapshots<MemoryIndex>({ folder, makeIndex, release, onFault, settleMs: 0 })
  const parts = viewParts(log)
  const view = new ResidentView<MemoryIndex>(scope, partitionOf(partitionKey(scope)), {
    ...parts,
    makeIndex,
    snapshots,
    changed() {},
  })
  return {
    faults,
    master,
    snapshots,
    opener: parts.opener,
    async recalled(query = 'harbour') {
      const request = { query, k: 100, filter: null, asOf, minScore: null, explain: true }
      return (await view.read(anything, (index) => index.recall(request))).value
    },
  }
}

export const filesOf = (path: string, ending: string): string[] =>
  existsSync(path)
    ? readdirSync(path)
        .filter((name) => name.endsWith(ending))
        .map((name) => join(path, name))
    : []

/** Resolves when a whole snapshot is there and none is being written. */
export const snapshotWritten = (path: string) =>
  eventually(() => {
    if (filesOf(path, '.view').length !== 1 || filesOf(path, '.part').length > 0) throw new Error('no snapshot yet')
  })
