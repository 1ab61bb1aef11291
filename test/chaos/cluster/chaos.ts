import type { ChaosCluster } from './chaos-cluster.ts'
import type { Copies } from './copies.ts'
import type { Ledger } from './ledger.ts'
import type { Load } from './load.ts'
import type { Observer } from './observer.ts'
import type { Random } from './random.ts'
import type { Report } from './report.ts'
import type { Workload } from './workload.ts'

/** Everything that a fault may touch or ask. */
export interface Chaos {
  readonly cluster: ChaosCluster
  readonly observer: Observer
  readonly ledger: Ledger
  readonly load: Load
  /** Commands that are sent besides the load, to see what still works. */
  readonly probes: Workload
  readonly random: Random
  readonly report: Report
  readonly copies: Copies
  /** The form for CI: outages are short. */
  readonly isShort: boolean
}

/** Something that goes wrong while the system works. */
export interface Fault {
  /** As the schedule prints it. */
  readonly name: string
  /** Breaks something and mends it again; resolves when it is mended, in bounded time. */
  inject(chaos: Chaos): Promise<void>
}
