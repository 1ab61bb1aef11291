/**
 * Adds the same direction to every vector, `shift` times as long as the vector is, and scales it back to int8: texts have
 * much in common to some models, whose cosines are all high. In place; returns what it was given.
 */
export function shiftedBy(shift: number, dimensions: number): (values: Int8Array) => Int8Array {
  const direction = Float32Array.from({ length: dimensions }, (_, d) => Math.sin((d + 1) ** 2))
  const length = Math.hypot(...direction)
  return (values) => {
    if (shift === 0) return values
    const step = (Math.hypot(...values) * shift) / length
    const sum = direction.map((value, d) => values[d]! + value * step)
    const most = sum.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0)
    for (let d = 0; d < dimensions; d++) values[d] = Math.round((sum[d]! / most) * 127)
    return values
  }
}
