import { readFileSync } from 'node:fs'
import { round } from './http-measure.ts'

/** Fields of the first line of /proc/stat (proc(5)), in ticks since boot. */
const NICE = 1
const SYSTEM = 2
const IRQ = 5
const SOFTIRQ = 6
const STEAL = 7

/** The share of the processor time that was wanted since the call and that a hypervisor gave to others; `null`: not told. */
export function stolenSince(): () => number | null {
  const before = ticks()
  return () => {
    const after = ticks()
    if (before === null || after === null) return null
    const stolen = after.stolen - before.stolen
    return round(stolen / Math.max(1, stolen + after.used - before.used))
  }
}

function ticks(): { readonly used: number; readonly stolen: number } | null {
  if (process.platform !== 'linux') return null
  const fields = readFileSync('/proc/stat', 'utf8').split('\n', 1)[0]!.trim().split(/\s+/).slice(1).map(Number)
  const used = [0, NICE, SYSTEM, IRQ, SOFTIRQ].reduce((sum, field) => sum + fields[field]!, 0)
  return { used, stolen: fields[STEAL]! }
}
