import { inspect } from 'node:util'

/** An error in words, with its causes: between threads it loses its class. */
export const messageOf = (error: unknown): string => (error instanceof Error ? inspect(error) : String(error))
