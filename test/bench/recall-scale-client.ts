import { parentPort, workerData } from 'node:worker_threads'
import { load } from './http-load.ts'

// Asks from a thread of its own, so that the server's event loop is the server's alone.
const { url, connections, bodies } = workerData as { url: string; connections: number; bodies: string[] }
parentPort?.postMessage(await load(url, connections, bodies))
