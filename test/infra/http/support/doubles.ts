import type {
  Caller,
  CommandApi,
  ForgetReceipt,
  ItemResult,
  Receipt,
  RememberItem,
} from '../../../../commands/command-api.ts'
import type {
  CommandSummary,
  ContextAnswer,
  EpisodePage,
  Memory,
  MemoryPage,
  NeighboursAnswer,
  PathAnswer,
  PlanAnswer,
  QueryApi,
  RecallAnswer,
  WorkingMemoryAnswer,
} from '../../../../query-api/query-api.ts'

export const MEMORY_ID = '0198f0de-3b5a-8c1d-9e2f-4a6b8c0d2e4f'
export const OTHER_ID = '0198f0de-3b5a-8c1d-9e2f-4a6b8c0d2e50'
export const POSITION = 'AQ8RWt0e9HjDAAUAAAAAAAAAKg'
export const NOW = Date.UTC(2025, 9, 15, 12)

export const receipt = (over: Partial<Receipt> = {}): Receipt => ({
  memoryId: MEMORY_ID,
  commandId: OTHER_ID,
  position: POSITION,
  status: 'accepted',
  acceptedAt: NOW,
  replayed: false,
  ...over,
})

export const memory = (over: Partial<Memory> = {}): Memory => ({
  memoryId: MEMORY_ID,
  namespace: 'default',
  content: 'Ana moved to Lisbon in March.',
  metadata: { source: 'chat' },
  kind: 'episodic',
  author: null,
  runId: null,
  userId: 'ana',
  agentId: null,
  tags: ['home'],
  importance: 0.5,
  occurredAt: NOW,
  recordedAt: NOW,
  validUntil: null,
  supersedes: null,
  supersededBy: null,
  retiredAt: null,
  rehearsals: 1,
  position: POSITION,
  ...over,
})

/** Which door was called with what. */
export interface Call {
  readonly method: string
  readonly arguments: readonly unknown[]
}

/** A command side in memory: accepts everything, and keeps what it was asked. */
export class RecordingCommands implements CommandApi {
  readonly calls: Call[] = []
  answer: () => Promise<Receipt> = async () => receipt()
  answerForget: () => Promise<ForgetReceipt> = async () => ({ count: 1, dryRun: false, receipts: [receipt()] })
  answerMany: (items: readonly RememberItem[]) => Promise<readonly ItemResult[]> = async (items) =>
    items.map((_item, i) => ({
      receipt: receipt({ position: `${POSITION.slice(0, -2)}${String(i).padStart(2, '0')}` }),
    }))

  #one(method: string, caller: Caller, request: unknown): Promise<Receipt> {
    this.calls.push({ method, arguments: [caller, request] })
    return this.answer()
  }

  remember = (caller: Caller, request: unknown): Promise<Receipt> => this.#one('remember', caller, request)
  restore = (caller: Caller, request: unknown): Promise<Receipt> => this.#one('restore', caller, request)
  link = (caller: Caller, request: unknown): Promise<Receipt> => this.#one('link', caller, request)
  unlink = (caller: Caller, request: unknown): Promise<Receipt> => this.#one('unlink', caller, request)
  feedback = (caller: Caller, request: unknown): Promise<Receipt> => this.#one('feedback', caller, request)
  configure = (caller: Caller, request: unknown): Promise<Receipt> => this.#one('configure', caller, request)

  rememberMany(caller: Caller, items: readonly RememberItem[]): Promise<readonly ItemResult[]> {
    this.calls.push({ method: 'rememberMany', arguments: [caller, items] })
    return this.answerMany(items)
  }

  forget(caller: Caller, request: unknown): Promise<ForgetReceipt> {
    this.calls.push({ method: 'forget', arguments: [caller, request] })
    return this.answerForget()
  }

  /** The request of the last call. */
  last<T>(): T {
    return this.calls.at(-1)?.arguments[1] as T
  }

  lastCaller(): Caller {
    return this.calls.at(-1)?.arguments[0] as Caller
  }
}

const recallAnswer: RecallAnswer = {
  results: [{ ...memory(), score: 0.75, signals: { words: { value: 1, weight: 2, contribution: 2 } } }],
  queryTimeMs: 1.5,
  asOf: NOW,
  position: POSITION,
  degraded: [],
}

const contextAnswer: ContextAnswer = {
  text: 'Ana moved to Lisbon in March.',
  estimatedTokens: 60,
  tokenBudget: 1000,
  citations: [{ number: 1, memory: recallAnswer.results[0]!, cut: false }],
  leftOut: [{ memoryId: OTHER_ID, reason: 'repeats', of: MEMORY_ID }],
  asOf: NOW,
  queryTimeMs: 1.5,
  position: POSITION,
  degraded: [],
}

const page: MemoryPage = { items: [memory()], nextCursor: 'more', position: POSITION, degraded: ['lag'] }

const episodes: EpisodePage = {
  items: [{ runId: 'chat-17', memories: 3, firstOccurredAt: NOW - 60_000, lastOccurredAt: NOW }],
  nextCursor: 'more episodes',
  position: POSITION,
  degraded: ['lag'],
}

const command: CommandSummary = {
  commandId: OTHER_ID,
  type: 'Remember',
  memoryId: MEMORY_ID,
  status: 'stored',
  reason: null,
  position: POSITION,
  knownAt: NOW,
}

const workingMemory: WorkingMemoryAnswer = {
  items: [{ ...memory(), priority: 12.5 }],
  density: { exposures: 1, trace: 1, purity: 0.01, dimension: 256 },
  position: POSITION,
  degraded: [],
}

const plan: PlanAnswer = {
  goal: 'Move',
  steps: [
    {
      step: 1,
      memory: memory(),
      links: [{ rel: 'depends_on', target: OTHER_ID }],
      dependsOn: [{ memoryId: OTHER_ID, rel: 'depends_on' }],
      cost: 1,
      confidence: 0.5,
    },
  ],
  missing: [{ memoryId: OTHER_ID, neededBy: MEMORY_ID, rel: 'depends_on' }],
  unexplored: [],
  cycles: [[MEMORY_ID, OTHER_ID]],
  omitted: 2,
  position: POSITION,
  degraded: [],
}

const neighbours: NeighboursAnswer = {
  memoryId: MEMORY_ID,
  items: [{ ...memory({ memoryId: OTHER_ID }), distance: 1 }],
  links: [{ from: MEMORY_ID, rel: 'depends_on', to: OTHER_ID }],
  missing: [{ memoryId: OTHER_ID, linkedTo: MEMORY_ID, rel: 'about' }],
  complete: true,
  position: POSITION,
  degraded: [],
}

const path: PathAnswer = {
  found: true,
  items: [memory(), memory({ memoryId: OTHER_ID })],
  links: [{ from: MEMORY_ID, rel: 'depends_on', to: OTHER_ID }],
  explored: 2,
  complete: true,
  position: POSITION,
  degraded: [],
}

/** A query side in memory: one memory, whatever is asked. */
export class RecordingQuery implements QueryApi {
  readonly calls: Call[] = []
  failWith: Error | null = null

  async #answer<T>(method: string, asked: readonly unknown[], answer: T): Promise<T> {
    this.calls.push({ method, arguments: asked })
    if (this.failWith !== null) throw this.failWith
    return answer
  }

  recall = (...asked: unknown[]): Promise<RecallAnswer> => this.#answer('recall', asked, recallAnswer)
  context = (...asked: unknown[]): Promise<ContextAnswer> => this.#answer('context', asked, contextAnswer)
  list = (...asked: unknown[]): Promise<MemoryPage> => this.#answer('list', asked, page)
  episodes = (...asked: unknown[]): Promise<EpisodePage> => this.#answer('episodes', asked, episodes)
  memory = (...asked: unknown[]): Promise<Memory> => this.#answer('memory', asked, memory())
  history = (...asked: unknown[]): ReturnType<QueryApi['history']> => this.#answer('history', asked, { versions: [] })
  links = (...asked: unknown[]): ReturnType<QueryApi['links']> => this.#answer('links', asked, { links: [] })
  command = (...asked: unknown[]): Promise<CommandSummary> => this.#answer('command', asked, command)
  workingMemory = (...asked: unknown[]): Promise<WorkingMemoryAnswer> =>
    this.#answer('workingMemory', asked, workingMemory)
  plan = (...asked: unknown[]): Promise<PlanAnswer> => this.#answer('plan', asked, plan)
  neighbours = (...asked: unknown[]): Promise<NeighboursAnswer> => this.#answer('neighbours', asked, neighbours)
  path = (...asked: unknown[]): Promise<PathAnswer> => this.#answer('path', asked, path)
  namespaces = (...asked: unknown[]): ReturnType<QueryApi['namespaces']> =>
    this.#answer('namespaces', asked, {
      items: [
        {
          namespace: 'default',
          memories: 1,
          retired: 0,
          language: 'en',
          profile: 'auto',
          firstRecordedAt: NOW,
          lastRecordedAt: NOW,
        },
      ],
      nextCursor: 'more namespaces',
    })

  last<T>(): T {
    return this.calls.at(-1)?.arguments[1] as T
  }
}
