import { WORKING_MEMORY_VERSION } from '../../domain/working-memory/working-memory.ts'

// What projections are called in metrics and among consumer groups: the same in every process, whoever folds them.

export const longTermName = (build: number): string => `long-term-${build}`

export const workingMemoryName = (version: number): string => `working-memory-${version}`

/** That of this release. */
export const WORKING_MEMORY_NAME = workingMemoryName(WORKING_MEMORY_VERSION)

/** The consumer group of the projectors that fold a projection. */
export const consumerGroup = (topicPrefix: string, name: string): string => `${topicPrefix}somabrain-${name}`
