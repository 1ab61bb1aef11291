// Started by flood.ts as a thread of its own: one tenant that asks as fast as it is told, whatever it is answered.
import { parentPort, workerData } from 'node:worker_threads'
import { offer } from './offered-load.ts'

const { url, bodies, perSecond, seconds, headers } = workerData as {
  readonly url: string
  readonly bodies: readonly string[]
  readonly perSecond: number
  readonly seconds: number
  readonly headers: Readonly<Record<string, string>>
}
parentPort?.postMessage(await offer(url, bodies, perSecond, seconds, headers))
