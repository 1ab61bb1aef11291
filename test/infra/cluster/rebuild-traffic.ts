import { type Answer, get, post } from '../../support/http-client.ts'

/** Writes and reads that go on until they are stopped, and every read that failed. */
export interface Traffic {
  readonly failures: readonly string[]
  reads(): number
  writes(): number
  /** Lets what is under way be answered. No write is made before {@link resume}; reads go on. */
  pauseWrites(): Promise<void>
  resume(): void
  stop(): Promise<void>
}

const PAUSE_MS = 5

const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, PAUSE_MS))

/** One writer, and for each query process a reader that asks for what the writer got accepted last. */
export function startTraffic(
  commandsUrl: string,
  queryUrls: readonly string[],
  namespaces: readonly string[],
): Traffic {
  const failures: string[] = []
  const latest = new Map<string, string>()
  const counts = { reads: 0, writes: 0 }
  let ended = false
  let paused = false
  let writing: Promise<void> = Promise.resolve()

  const write = async (): Promise<void> => {
    const namespace = namespaces[counts.writes % namespaces.length]!
    const content = `note ${counts.writes} about the harbour`
    const { status, body } = await post(`${commandsUrl}/remember`, { namespace, content, importance: 0.4 })
    if (status !== 202) failures.push(`remember ${status} ${JSON.stringify(body)}`)
    else latest.set(namespace, String(body.position))
    counts.writes += 1
  }
  const writer = (async () => {
    while (!ended) {
      if (!paused) {
        writing = write()
        await writing
      }
      await pause()
    }
  })()
  const check = (what: string, { status, body }: Answer): void => {
    counts.reads += 1
    if (status !== 200) failures.push(`${what} ${status} ${JSON.stringify(body)}`)
    else if ((body.degraded as readonly string[] | undefined)?.length) failures.push(`${what} ${String(body.degraded)}`)
  }
  const readers = queryUrls.map(async (url) => {
    for (let turn = 0; !ended; turn += 1) {
      const namespace = namespaces[turn % namespaces.length]!
      const after = latest.get(namespace)
      const query = { namespace, query: 'harbour', k: 5, ...(after === undefined ? {} : { after }) }
      check('recall', await post(`${url}/recall`, query))
      check('list', await get(`${url}/memories?namespace=${namespace}&limit=5`))
      await pause()
    }
  })
  return {
    failures,
    reads: () => counts.reads,
    writes: () => counts.writes,
    async pauseWrites() {
      paused = true
      await writing
    },
    resume() {
      paused = false
    },
    async stop() {
      ended = true
      await Promise.all([writer, ...readers])
    },
  }
}
