import type { AuditEvidence } from '../../projections/audit/ports/audit-evidence.ts'
import type { TrimTarget } from '../../projections/audit/trim-audit.ts'
import type { AuditReader } from '../../query-api/ports/audit-reader.ts'
import type { AuditCodec } from '../../schemas/audit-codec.ts'
import type { CommandCodec } from '../../schemas/command-codec.ts'

/** The audit of a data directory or of a cluster, for an operator who looks at it or trims it. A server may be running. */
export interface OpenedAudit {
  readonly evidence: AuditEvidence
  readonly reader: AuditReader
  readonly commandCodec: CommandCodec
  readonly auditCodec: AuditCodec
  /** Opened at its first use: a replay only reads. */
  readonly target: TrimTarget
  close(): Promise<void>
}
