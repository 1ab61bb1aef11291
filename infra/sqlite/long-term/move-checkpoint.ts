import type { DatabaseSync } from 'node:sqlite'
import type { Checkpoint } from '../../../domain/checkpoint.ts'
import type { LongTermChanges } from '../../../domain/long-term/changes.ts'
import type { Move } from '../../../projections/ports/long-term-store.ts'
import { compareCheckpoints } from '../../long-term/compare-checkpoints.ts'
import { inTransaction } from '../data-dir/in-transaction.ts'
import { checkpointRead, checkpointWrite } from './checkpoint-table.ts'
import { deadLetterInsert } from './dead-letter-table.ts'
import { erasureWrite, receiptInsert } from './erasure-table.ts'
import { linkUpsert } from './link-table.ts'
import { memoryUpsert } from './memory-table.ts'
import { namespaceUpsert } from './namespace-table.ts'
import { outcomeInsert } from './outcome-table.ts'
import type { ScopeTable } from './scope-table.ts'

type MoveCheckpoint = (partition: number, from: Checkpoint, to: Checkpoint, changes: LongTermChanges) => Move

/** Rows and checkpoint in one transaction, if the stored checkpoint is `from`. */
export function checkpointMove(database: DatabaseSync, scopes: ScopeTable): MoveCheckpoint {
  const readCheckpoint = checkpointRead(database)
  const writeCheckpoint = checkpointWrite(database)
  const writeChanges = changesWrite(database, scopes)
  return (partition, from, to, changes) => {
    try {
      return inTransaction(database, (): Move => {
        const checkpoint = readCheckpoint(partition)
        const outcome = compareCheckpoints(checkpoint, from, to)
        if (outcome !== 'moved') return { outcome, checkpoint }
        writeChanges(changes)
        writeCheckpoint(partition, to)
        return { outcome }
      })
    } catch (error) {
      scopes.forget()
      throw error
    }
  }
}

function changesWrite(database: DatabaseSync, scopes: ScopeTable): (changes: LongTermChanges) => void {
  const writeNamespace = namespaceUpsert(database, scopes)
  const writeMemory = memoryUpsert(database, scopes)
  const writeLink = linkUpsert(database, scopes)
  const writeOutcome = outcomeInsert(database, scopes)
  const writeDeadLetter = deadLetterInsert(database)
  const writeErasure = erasureWrite(database, scopes)
  const writeReceipt = receiptInsert(database, scopes)
  return (changes) => {
    for (const row of changes.namespaces) writeNamespace(row)
    for (const row of changes.memories) writeMemory(row)
    for (const row of changes.erasures ?? []) writeErasure(row)
    for (const row of changes.receipts ?? []) writeReceipt(row)
    for (const row of changes.links) writeLink(row)
    for (const row of changes.outcomes) writeOutcome(row)
    for (const letter of changes.deadLetters) writeDeadLetter(letter)
  }
}
