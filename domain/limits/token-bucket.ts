/** How fast requests may come: `perSecond` on and on, `burst` at once. */
export interface Rate {
  readonly perSecond: number
  readonly burst: number
}

/** What is left of a burst, at an instant in milliseconds. */
export interface Bucket {
  readonly tokens: number
  readonly at: number
}

export interface Take {
  readonly granted: boolean
  readonly bucket: Bucket
  /** When refused: milliseconds until the next request may come; else 0. */
  readonly retryAfterMs: number
}

/** Takes one token from a bucket that fills at a rate; `null`: one that nobody took from. A clock set back refills nothing. */
export function takeToken(before: Bucket | null, now: number, { perSecond, burst }: Rate): Take {
  const passed = before === null ? 0 : Math.max(0, now - before.at)
  const tokens = before === null ? burst : Math.min(burst, before.tokens + (passed * perSecond) / 1000)
  const at = before === null ? now : Math.max(now, before.at)
  if (tokens >= 1) return { granted: true, bucket: { tokens: tokens - 1, at }, retryAfterMs: 0 }
  return { granted: false, bucket: { tokens, at }, retryAfterMs: Math.ceil(((1 - tokens) * 1000) / perSecond) }
}

/** Milliseconds until the bucket is full again. */
export const refillMs = (tokens: number, { perSecond, burst }: Rate): number =>
  Math.ceil(((burst - tokens) * 1000) / perSecond)
