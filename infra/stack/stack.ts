import type { PartName } from './part.ts'

/** What became of a part that was asked for. */
export interface PartReport {
  readonly name: PartName
  readonly url: string
  /**
   * `started` just now; `running` since before, from here; `found`: something that answers as the part does, and was not
   * started here, so it is used and never ended; `stopped` just now; `silent`: it runs, from here, and does not answer.
   */
  readonly state: 'started' | 'running' | 'found' | 'stopped' | 'silent' | 'down'
  /** Of the process, when it was started here without a container engine. */
  readonly pid: number | null
}

/** A way to have the parts: as processes of this machine, or in containers. */
export interface Stack {
  /** Brings parts up and waits until they answer; a part that needs another one brings that up as well. */
  up(parts: readonly PartName[], say: (line: string) => void): Promise<readonly PartReport[]>
  /** Ends those of the parts that were started here. */
  down(parts: readonly PartName[], say: (line: string) => void): Promise<readonly PartReport[]>
  status(parts: readonly PartName[]): Promise<readonly PartReport[]>
  /** Services of docker-compose.yml that run from here, so that their ports are ours. */
  runningServices(): Promise<ReadonlySet<string>>
}
