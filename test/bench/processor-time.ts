import { readFileSync } from 'node:fs'
import type { Pool } from 'pg'

/** Linux counts in hundredths of a second (USER_HZ). */
const TICK_MS = 10
const [USER, SYSTEM] = [11, 12]

/** Processor milliseconds; `postgres` is `null` where its processes are not of this machine. */
export interface ProcessorTime {
  readonly node: number
  readonly postgres: number | null
}

/** Of this process, and of the connections that the database has now: told apart, and untouched by what else runs. */
export async function processorTime(pool: Pool): Promise<ProcessorTime> {
  const { rows } = await pool.query<{ pid: number }>(
    `select pid from pg_stat_activity where datname = current_database() and backend_type = 'client backend'`,
  )
  const { user, system } = process.cpuUsage()
  return { node: (user + system) / 1_000, postgres: ofProcesses(rows.map(({ pid }) => pid)) }
}

/** Connections must be the same at both moments. */
export const since = (before: ProcessorTime, after: ProcessorTime): ProcessorTime => ({
  node: after.node - before.node,
  postgres: before.postgres === null || after.postgres === null ? null : after.postgres - before.postgres,
})

function ofProcesses(pids: readonly number[]): number | null {
  try {
    return pids.reduce((sum, pid) => {
      // The name, in parentheses, may hold anything; the figures come behind it (proc(5)).
      const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)!.split(' ')
      return sum + (Number(fields[USER]) + Number(fields[SYSTEM])) * TICK_MS
    }, 0)
  } catch {
    return null
  }
}
