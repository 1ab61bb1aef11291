import { deriveIds } from '../ids.ts'

/** Of the erasure's part in a namespace: whoever appends it again appends the same command. */
export const erasePartId = (tenant: string, namespace: string, receiptId: string): string =>
  deriveIds({ tenant, principal: '', namespace, route: 'erase-part', idempotencyKey: receiptId }).commandId

/** Of the statement that the erasure is complete: of several that are made only the first holds. */
export const attestId = (tenant: string, receiptId: string): string =>
  deriveIds({ tenant, principal: '', namespace: '', route: 'attest', idempotencyKey: receiptId }).commandId
