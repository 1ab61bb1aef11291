const eighths = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉']

/** A bar of `fraction` (0–1) of `width` columns, in steps of an eighth of a column; shorter than `width` when not full. */
export function bar(fraction: number, width: number): string {
  const filled = Math.round(Math.min(1, Math.max(0, fraction)) * width * 8)
  return '█'.repeat(Math.floor(filled / 8)) + (eighths[filled % 8] ?? '')
}
