/** What a cluster cannot do without, in the order in which it starts: the registry keeps its schemas in Kafka. */
export const backingParts = ['kafka', 'registry', 'postgres', 'redis'] as const

export type BackingPart = (typeof backingParts)[number]

/** The parts that SomaBrain runs on. */
export const partNames = [...backingParts, 'opa'] as const

export type PartName = (typeof partNames)[number]

/** What there is to run, independent of whether it runs. */
export interface PartRecipe {
  readonly name: PartName
  /** Absolute folder of its data, settings, log and pid. Its path stands in the command line, which tells ours from others. */
  readonly dir: string
  /** As a client writes it. */
  readonly url: string
  readonly port: number
  /** Ends it in order, without a crash to recover from. */
  readonly stopSignal: NodeJS.Signals
  /** Fetches what is missing and writes its settings; repeated calls change nothing. Throws a `PartUnavailableError`. */
  prepare(): Promise<PartCommand>
  /** Whether it really answers: a round trip in its own protocol. Never throws. */
  answers(): Promise<boolean>
  /** What is set up through the running part; repeated calls change nothing. */
  furnish(): Promise<void>
}

export interface PartCommand {
  readonly file: string
  readonly args: readonly string[]
  /** Options of setpriv(1) under which it runs, if any. */
  readonly privileges?: readonly string[]
}

/** A part that was started, or found running. */
export interface RunningPart {
  readonly name: PartName
  readonly url: string
  readonly port: number
  /** Of the process as it runs now: another one after `restart`. */
  readonly pid: number
  /** SIGKILL to it and its children: nothing is flushed. Resolves when they are gone. */
  kill(): Promise<void>
  /** Ends it in order. Resolves when it is gone; a part that is gone already is left so. */
  stop(): Promise<void>
  /** Starts it again over the same data, on the same port; one that runs is stopped first. Resolves when it answers. */
  restart(): Promise<void>
}

/** A part that cannot be brought up here; the message says what is missing and what would help. */
export class PartUnavailableError extends Error {
  readonly part: string

  constructor(part: string, message: string, options?: ErrorOptions) {
    super(`${part}: ${message}`, options)
    this.name = 'PartUnavailableError'
    this.part = part
  }
}
