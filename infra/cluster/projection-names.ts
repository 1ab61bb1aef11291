import { WORKING_MEMORY_VERSION } from '../../domain/working-memory/working-memory.ts'

// What projections are called in metrics and among consumer groups: the same in every process, whoever folds them.

export const longTermName = (build: number): string => `long-term-${build}`

export const WORKING_MEMORY_NAME = `working-memory-${WORKING_MEMORY_VERSION}`
