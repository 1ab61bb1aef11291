import { auditLogSchema } from '../audit/audit-log-schema.ts'
import type { StoreSchema } from '../data-dir/store-schema.ts'
import { edgeSchema } from '../edge/edge-schema.ts'
import { keysSchema } from '../keys/keys-schema.ts'
import { logSchema } from '../log/log-schema.ts'

/**
 * What a backup holds of a data directory, in the order of copying, since others write meanwhile. The audit's log before the log:
 * an anchor says what stands in the log, so one that were copied later would tell of records that the backup lacks. The keys
 * behind the log: a data key is on disk before the first record under it, so they are at least those that the copied records
 * need. What is folded is left out, and so are the secrets (master key, signing key) and the ledger of erasures, which has to
 * outlive every backup.
 */
export const backedUpStores: readonly StoreSchema[] = [auditLogSchema, logSchema, keysSchema, edgeSchema]

/** Those that a backup may lack: an older server had made none yet. */
export const isOptional = (schema: StoreSchema): boolean => schema !== logSchema && schema !== keysSchema
