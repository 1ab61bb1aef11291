import { join } from 'node:path'
import { INDEX_FORMAT } from '../../../domain/recall/columns/index-archive.ts'
import { MemoryIndex } from '../../../query-api/memory-index.ts'
import type { MasterKey } from '../../crypto/master-key.ts'
import { version } from '../../telemetry/version.ts'
import type { ViewSource } from '../view-source.ts'
import { DiskSnapshots } from './disk-snapshots.ts'
import { SNAPSHOT_FOLDER, SnapshotFolder } from './snapshot-folder.ts'

/** The snapshots of one process. What they hold depends on the release, the index's columns and the model of its vectors. */
export function openSnapshots(
  { dataDir, vectorModel }: Pick<ViewSource, 'dataDir' | 'vectorModel'>,
  masterKey: Pick<MasterKey, 'wrap' | 'unwrap'>,
  onFault: (fault: unknown) => void,
): DiskSnapshots<MemoryIndex> {
  return new DiskSnapshots({
    folder: new SnapshotFolder(join(dataDir, SNAPSHOT_FOLDER), masterKey),
    makeIndex: (settings) => new MemoryIndex(settings),
    release: `${version}/${INDEX_FORMAT}/${vectorModel ?? ''}`,
    onFault,
  })
}
