import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ExecutionContext } from 'ava'
import type { NewRecord } from '../../../commands/ports/log-writer.ts'
import { type EmbeddedStores, openEmbeddedStores } from '../../../infra/sqlite/open-embedded-stores.ts'

export const FOLD_VERSION = 7

/** Stands in for the codec's `Genesis`, whose bytes the stores do not read. */
export const makeGenesis = (partition: number, generation: string): NewRecord => ({
  partition,
  key: new Uint8Array(),
  value: Buffer.from(`Genesis ${generation}`),
  headers: { ce_type: 'Genesis' },
  timestamp: 0,
})

/** A folder that is gone when the test is over. */
export function temporaryFolder(t: ExecutionContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'somabrain-test-'))
  t.teardown(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

export const openStores = (path: string): Promise<EmbeddedStores> =>
  openEmbeddedStores({ path, makeGenesis, foldVersion: FOLD_VERSION })
