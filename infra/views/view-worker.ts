import { parentPort, workerData } from 'node:worker_threads'
import { HostCalls } from './host-calls.ts'
import { openViewSource } from './open-view-source.ts'
import { serveViews } from './serve-views.ts'
import type { ViewSource } from './view-source.ts'

/** A thread that holds the views of large namespaces: it loads them, keeps them in step and answers from them. */
if (parentPort === null) throw new Error('view-worker.ts runs as a worker thread')
const calls = new HostCalls(parentPort)
serveViews(parentPort, calls, await openViewSource(workerData as ViewSource, calls))
