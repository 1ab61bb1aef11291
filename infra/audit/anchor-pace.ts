/** Records of a chain after which it is anchored. */
export const ANCHOR_EVERY_ENTRIES = 1_000

/** How long a chained record waits for an anchor: what stands at the end of a log could be cut off unnoticed that long. */
export const ANCHOR_EVERY_MS = 60_000
