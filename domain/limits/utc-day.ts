export const DAY_MS = 86_400_000

/** The first instant of the UTC day of `instant`, milliseconds since 1970: Unix time has no leap seconds. */
export const startOfUtcDay = (instant: number): number => Math.floor(instant / DAY_MS) * DAY_MS
