import { chmodSync } from 'node:fs'
import type { ExecutionContext } from 'ava'
import { temporaryFolder } from './temp-folder.ts'

/** A folder that the account under which root runs Postgres can reach; else its data would go to /var/tmp and stay there. */
export function openFolder(t: ExecutionContext): string {
  const folder = temporaryFolder(t)
  chmodSync(folder, 0o755)
  return folder
}
