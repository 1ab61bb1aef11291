import type { Pool } from 'pg'
import { liveBuild, type ProjectionBuild } from './projection-builds.ts'

/** The build that reads go to. `current` may become another one between two reads. */
export interface FollowedBuild {
  readonly current: Pick<ProjectionBuild, 'schema' | 'build' | 'foldVersion'>
  /** Looks whether another one is live now: asked when the current one's tables are gone. */
  refresh?(): Promise<unknown>
}

export interface LiveBuildOptions {
  readonly projection: string
  /** How often a switch is looked for. Default 500. */
  readonly intervalMs?: number
  /** The look failed; reads go on with the build as it was known last. */
  readonly onError?: (error: Error) => void
}

const INTERVAL_MS = 500

/**
 * Follows the projection's live build. Other processes switch within an interval of each other; since both builds fold
 * on, each answers what it would have answered.
 */
export class LiveBuild implements FollowedBuild {
  readonly #pool: Pool
  readonly #options: LiveBuildOptions
  #current: ProjectionBuild | null = null
  #timer: NodeJS.Timeout | null = null
  #closed = false

  constructor(pool: Pool, options: LiveBuildOptions) {
    this.#pool = pool
    this.#options = options
  }

  /** Throws while no build was ever seen live: nothing was folded yet, or Postgres never answered. */
  get current(): ProjectionBuild {
    if (this.#current === null) throw new Error(`no build of ${this.#options.projection} is live yet`)
    return this.#current
  }

  /** Looks once, now: `null` when none is live. Rejects when Postgres does not answer. */
  async refresh(): Promise<ProjectionBuild | null> {
    const live = await liveBuild(this.#pool, this.#options.projection)
    if (live !== null) this.#current = live
    return live
  }

  /** Looks at once, and then at every interval until {@link close}. */
  start(): void {
    const look = async (): Promise<void> => {
      try {
        await this.refresh()
      } catch (error) {
        this.#options.onError?.(error as Error)
      }
      if (!this.#closed) this.#timer = setTimeout(look, this.#options.intervalMs ?? INTERVAL_MS).unref()
    }
    void look()
  }

  close(): void {
    this.#closed = true
    if (this.#timer !== null) clearTimeout(this.#timer)
  }
}
