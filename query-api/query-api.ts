import type { Kind, RankingProfile } from '../domain/command.ts'
import type { LeftOut } from '../domain/context/assemble-context.ts'
import type { GraphLink } from '../domain/graph/link.ts'
import type { Identity } from '../domain/identity.ts'
import type { JsonObject } from '../domain/json.ts'
import type { Reach } from './ports/reach.ts'
import type { NeighboursRequest, PathRequest } from './requests/graph-requests.ts'
import type { ContextRequest, ListRequest, PageRequest, PlanRequest, RecallRequest } from './requests/requests.ts'

/** A memory as callers see it. Instants are milliseconds here; the HTTP edge writes them as RFC 3339. */
export interface Memory {
  readonly memoryId: string
  readonly namespace: string
  readonly content: string
  readonly metadata: JsonObject
  readonly kind: Kind
  readonly author: string | null
  readonly runId: string | null
  readonly userId: string | null
  readonly agentId: string | null
  readonly tags: readonly string[]
  /** 0–1. */
  readonly importance: number
  readonly occurredAt: number
  readonly recordedAt: number
  readonly validUntil: number | null
  readonly supersedes: string | null
  readonly supersededBy: string | null
  /** Retired at (known time), `null` while it stands. */
  readonly retiredAt: number | null
  readonly rehearsals: number
  readonly position: string
}

export interface RecallHit extends Memory {
  /** 0–1, calibrated: means the same for every query. */
  readonly score: number
  /** With `explain`: what each signal gave (value, weight, contribution). */
  readonly signals?: Readonly<
    Record<string, { readonly value: number; readonly weight: number; readonly contribution: number }>
  >
}

export interface RecallAnswer {
  readonly results: readonly RecallHit[]
  readonly queryTimeMs: number
  /** The instant at which validity was tested. */
  readonly asOf: number
  readonly position: string
  readonly degraded: readonly string[]
  /** With `explain`: how the query was read, and the namespace's density matrix asked about it. */
  readonly explanation?: JsonObject
}

/** A memory that a prompt context quotes. */
export interface Citation {
  /** Of its line in the text. */
  readonly number: number
  readonly memory: RecallHit
  /** Only the beginning of its content stands in the text. */
  readonly cut: boolean
}

export interface ContextAnswer {
  /** To be pasted in front of a model; empty when nothing was recalled. */
  readonly text: string
  /** By the rule of domain/context/estimate-tokens.ts: at most `tokenBudget`. */
  readonly estimatedTokens: number
  readonly tokenBudget: number
  /** In the order of the text: oldest first. */
  readonly citations: readonly Citation[]
  /** What was recalled and is not in the text, best first. */
  readonly leftOut: readonly LeftOut[]
  /** The instant at which validity was tested. */
  readonly asOf: number
  readonly queryTimeMs: number
  readonly position: string
  readonly degraded: readonly string[]
}

export interface MemoryPage {
  readonly items: readonly Memory[]
  readonly nextCursor: string | null
  readonly position: string
  readonly degraded: readonly string[]
}

/** A conversation: the memories of one `run_id`, those of them that were asked about. */
export interface Episode {
  readonly runId: string
  readonly memories: number
  readonly firstOccurredAt: number
  readonly lastOccurredAt: number
}

export interface EpisodePage {
  readonly items: readonly Episode[]
  readonly nextCursor: string | null
  readonly position: string
  readonly degraded: readonly string[]
}

export interface NamespaceSummary {
  readonly namespace: string
  readonly memories: number
  readonly retired: number
  readonly language: string
  readonly profile: RankingProfile
  readonly firstRecordedAt: number
  readonly lastRecordedAt: number
}

export interface NamespacePage {
  readonly items: readonly NamespaceSummary[]
  readonly nextCursor: string | null
}

export interface CommandSummary {
  readonly commandId: string
  readonly type: string
  readonly memoryId: string | null
  readonly status: 'stored' | 'duplicate' | 'conflict' | 'repeated' | 'refused'
  readonly reason: string | null
  readonly position: string
  readonly knownAt: number
}

export interface WorkingMemoryAnswer {
  readonly items: ReadonlyArray<Memory & { readonly priority: number }>
  readonly density: {
    readonly exposures: number
    readonly trace: number
    readonly purity: number
    readonly dimension: number
  }
  readonly position: string
  readonly degraded: readonly string[]
}

export interface PlanStep {
  readonly step: number
  readonly memory: Memory
  readonly links: ReadonlyArray<{ readonly rel: string; readonly target: string }>
  /** Steps (by memory id) that come before this one, with the link that says so. */
  readonly dependsOn: ReadonlyArray<{ readonly memoryId: string; readonly rel: string }>
  readonly cost: number
  readonly confidence: number
}

export interface PlanAnswer {
  readonly goal: string
  readonly steps: readonly PlanStep[]
  /** Link targets that are not stored here, with who needs them. */
  readonly missing: ReadonlyArray<{ readonly memoryId: string; readonly neededBy: string; readonly rel: string }>
  /** Link targets that were not looked at, because a limit of the walk was reached. */
  readonly unexplored: ReadonlyArray<{ readonly memoryId: string; readonly neededBy: string; readonly rel: string }>
  readonly cycles: ReadonlyArray<readonly string[]>
  /** Recalled memories that did not fit with all that comes before them. */
  readonly omitted: number
  readonly position: string
  readonly degraded: readonly string[]
}

/** An end of a link that does not stand in the namespace: never stored, retired, erased or out of date. */
export interface MissingEnd {
  readonly memoryId: string
  /** The other end, which does. */
  readonly linkedTo: string
  readonly rel: string
}

export interface NeighboursAnswer {
  /** What the walk began at: the asked memory, or its correction. */
  readonly memoryId: string
  /** Without that one; `distance`: links away from it. */
  readonly items: ReadonlyArray<Memory & { readonly distance: number }>
  /** Stated links between all of these. */
  readonly links: readonly GraphLink[]
  readonly missing: readonly MissingEnd[]
  /** Whether there are no more within the asked depth. */
  readonly complete: boolean
  readonly position: string
  readonly degraded: readonly string[]
}

export interface PathAnswer {
  readonly found: boolean
  /** From the first to the last, one more than `links`; empty when none was found. */
  readonly items: readonly Memory[]
  readonly links: readonly GraphLink[]
  /** Memories that were reached. */
  readonly explored: number
  /** `false`: the search came to a limit, and there may be a path, or a shorter one. */
  readonly complete: boolean
  readonly position: string
  readonly degraded: readonly string[]
}

/**
 * The query side's door: reads only. Every method throws a `ProblemError` when it refuses. `reach` is asked about the
 * namespaces that a request did not name; absent, the identity alone says what it reaches.
 */
export interface QueryApi {
  recall(identity: Identity, request: RecallRequest): Promise<RecallAnswer>
  context(identity: Identity, request: ContextRequest): Promise<ContextAnswer>
  list(identity: Identity, request: ListRequest): Promise<MemoryPage>
  episodes(identity: Identity, request: ListRequest): Promise<EpisodePage>
  memory(identity: Identity, memoryId: string, reach?: Reach): Promise<Memory>
  history(identity: Identity, memoryId: string, reach?: Reach): Promise<JsonObject>
  links(identity: Identity, memoryId: string, reach?: Reach): Promise<JsonObject>
  namespaces(identity: Identity, request: PageRequest, reach?: Reach): Promise<NamespacePage>
  command(identity: Identity, commandId: string, reach?: Reach): Promise<CommandSummary>
  workingMemory(identity: Identity, namespace: string): Promise<WorkingMemoryAnswer>
  plan(identity: Identity, request: PlanRequest): Promise<PlanAnswer>
  neighbours(identity: Identity, request: NeighboursRequest, reach?: Reach): Promise<NeighboursAnswer>
  path(identity: Identity, request: PathRequest, reach?: Reach): Promise<PathAnswer>
}
