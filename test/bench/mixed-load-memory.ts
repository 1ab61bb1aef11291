import { readFileSync } from 'node:fs'
import type { Agent } from 'node:http'
import { loadavg } from 'node:os'
import { exchange } from './http-load.ts'
import { round } from './http-measure.ts'

/** What a server takes at one moment, from its own /metrics and, on Linux, from /proc. Memory in MiB. */
export interface MemorySample {
  readonly atSeconds: number
  readonly resident: number
  /** Without pages of files, which the kernel takes back when it wants; `null` off Linux. */
  readonly anonymous: number | null
  readonly heap: number
  readonly external: number
  readonly views: number
  readonly viewBytes: number
  readonly evicted: number
  /** Of the server so far. */
  readonly processorSeconds: number
  readonly load: number
}

const MIB = 1024 * 1024

export async function sampleMemory(agent: Agent, url: string, pid: number, atSeconds: number): Promise<MemorySample> {
  const { text } = await exchange(agent, `${url}/metrics`, null)
  const read = (name: string): number => Number(new RegExp(`^${name} (\\S+)`, 'm').exec(text)?.[1] ?? 0)
  const mib = (bytes: number): number => round(bytes / MIB, 1)
  return {
    atSeconds: Math.round(atSeconds),
    resident: mib(read('process_resident_memory_bytes')),
    anonymous: anonymousOf(pid),
    heap: mib(read('nodejs_heap_size_used_bytes')),
    external: mib(read('nodejs_external_memory_bytes')),
    views: read('somabrain_resident_views'),
    viewBytes: mib(read('somabrain_resident_view_bytes')),
    evicted: read('somabrain_views_dropped_total\\{reason="budget"\\}'),
    processorSeconds: round(read('process_cpu_seconds_total'), 1),
    load: round(loadavg()[0]!, 1),
  }
}

function anonymousOf(pid: number): number | null {
  if (process.platform !== 'linux') return null
  const found = /^RssAnon:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))
  return found === null ? null : round(Number(found[1]) / 1024, 1)
}

export interface Trend {
  /** Least squares through all samples. */
  readonly perMinute: number
  /** Medians of the first and the last quarter. */
  readonly first: number
  readonly last: number
  readonly most: number
}

/** Where a figure goes over time, in its unit a minute. */
export function trendOf(points: ReadonlyArray<readonly [atSeconds: number, value: number]>): Trend {
  const n = points.length
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length
  const [meanX, meanY] = [mean(points.map(([x]) => x)), mean(points.map(([, y]) => y))]
  const covariance = mean(points.map(([x, y]) => (x - meanX) * (y - meanY)))
  const variance = mean(points.map(([x]) => (x - meanX) ** 2))
  const quarter = Math.max(1, Math.floor(n / 4))
  const median = (some: typeof points): number => some.map(([, y]) => y).sort((a, b) => a - b)[some.length >> 1]!
  return {
    perMinute: round((covariance / variance) * 60),
    first: median(points.slice(0, quarter)),
    last: median(points.slice(-quarter)),
    most: Math.max(...points.map(([, y]) => y)),
  }
}
