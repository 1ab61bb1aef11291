import { auditLogSchema } from '../audit/audit-log-schema.ts'
import type { StoreSchema } from '../data-dir/store-schema.ts'
import { edgeSchema } from '../edge/edge-schema.ts'
import { keysSchema } from '../keys/keys-schema.ts'
import { logSchema } from '../log/log-schema.ts'

/**
 * What a backup holds of a data directory, in the order of copying. The log comes first: a data key is on disk before the first
 * record under it, so keys that are copied afterwards are at least those that the copied records need. What is folded is left
 * out, and so are the secrets (master key, signing key) and the ledger of erasures, which has to outlive every backup.
 */
export const backedUpStores: readonly StoreSchema[] = [logSchema, keysSchema, auditLogSchema, edgeSchema]

/** Those that a backup may lack: an older server had made none yet. */
export const isOptional = (schema: StoreSchema): boolean => schema !== logSchema && schema !== keysSchema
