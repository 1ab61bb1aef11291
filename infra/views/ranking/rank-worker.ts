import { parentPort, workerData } from 'node:worker_threads'
import { giveWay } from '../../threads/give-way.ts'
import { serveRanking } from './serve-ranking.ts'

/** A thread that ranks for one that holds views, while questions wait there. */
if (parentPort === null) throw new Error('rank-worker.ts runs as a worker thread')
giveWay()
serveRanking(parentPort, workerData as number)
