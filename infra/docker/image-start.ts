import { isMainThread } from 'node:worker_threads'
import { provideToken } from './provide-token.ts'

// Loaded by the image before main.ts (`node --import`), which every thread repeats.
if (isMainThread) provideToken(process.env, (line) => process.stdout.write(`${line}\n`))
