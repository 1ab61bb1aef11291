import { DAY_MS, startOfUtcDay } from '../limits/utc-day.ts'

/**
 * Before which instant operations may go when they are kept for `days`. It moves once a UTC day, so that every process
 * finds the same one and a trim is due once a day; what is kept is kept for up to a day longer.
 */
export const retentionCutoff = (now: number, days: number): number => startOfUtcDay(now) - days * DAY_MS
