import { Worker } from 'node:worker_threads'
import type { AuditOperation } from '../../../domain/audit/audit-operation.ts'
import { createAuditCodec } from '../../../schemas/audit-codec.ts'
import { packRecords } from '../../sqlite/log/pack-records.ts'
import { type AuditWriter, operationRecord } from '../audit-writer.ts'
import type { AuditReport, AuditRequest, AuditWorkerData } from './audit-protocol.ts'

export interface AuditThread extends AuditWriter {
  /** Tells it that partitions of the log grew. */
  grown(partitions: readonly number[]): void
  /** Chains what is there, anchors it, and ends. */
  close(): Promise<void>
}

export interface AuditListener {
  report(report: AuditReport): void
  /** The thread ended unasked: a bug, which no retry mends. */
  failed(error: Error): void
}

interface Pending {
  readonly resolve: () => void
  readonly reject: (error: Error) => void
}

/** Starts the thread; resolves when its stores are open. */
export function startAuditThread(data: AuditWorkerData, listener: AuditListener): Promise<AuditThread> {
  const worker = new Worker(new URL('./audit-worker.ts', import.meta.url), { workerData: data })
  const exited = new Promise<void>((resolve) => worker.once('exit', () => resolve()))
  const send = (request: AuditRequest, transfer: readonly ArrayBuffer[] = []): void =>
    worker.postMessage(request, transfer)
  const pending = new Map<number, Pending>()
  const codec = createAuditCodec()
  let lastId = 0
  let closing = false
  const thread: AuditThread = {
    append: (operations: readonly AuditOperation[]) =>
      new Promise((resolve, reject) => {
        if (closing) return reject(new Error('the audit is closed'))
        const id = ++lastId
        pending.set(id, { resolve, reject })
        const packed = packRecords(operations.map((operation) => operationRecord(codec, operation)))
        send({ kind: 'append', id, packed }, [packed])
      }),
    grown: (partitions) => send({ kind: 'grown', partitions }),
    async close() {
      closing = true
      send({ kind: 'close' })
      await exited
    },
  }
  return new Promise((resolve, reject) => {
    worker.on('message', (message: AuditReport) => {
      listener.report(message)
      if (message.kind === 'ready') resolve(thread)
      if (message.kind !== 'appended' && message.kind !== 'refused') return
      const waiting = pending.get(message.id)
      pending.delete(message.id)
      if (message.kind === 'appended') waiting?.resolve()
      else waiting?.reject(new Error(message.reason))
    })
    worker.on('error', (error) => {
      reject(error)
      listener.failed(error as Error)
    })
    worker.on('exit', (code) => {
      const cause = new Error(`The audit's thread ended with code ${code}`)
      for (const { reject: refuse } of pending.values()) refuse(cause)
      if (!closing) listener.failed(cause)
    })
  })
}
