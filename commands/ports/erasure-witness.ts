import type { ErasureRow } from '../../domain/erasure/erasure.ts'

/** Knows which folds and views there are. */
export interface ErasureWitness {
  /**
   * Who has not passed the erasure yet, in words for an operator; empty once everything has. Its rows are folded by the
   * long-term memory that readers follow, and its keys are destroyed. Rejects when a part does not answer.
   */
  waitingFor(rows: readonly ErasureRow[]): Promise<readonly string[]>
}
