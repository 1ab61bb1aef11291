import { writeSync } from 'node:fs'
import { openDataDirectory } from '../../../infra/sqlite/data-dir/data-directory.ts'

// Child process of directory-lock.test.ts: holds a data directory until it is killed.
const folder = process.argv[2]
if (folder === undefined) throw new Error('usage: hold-directory.ts <folder>')
const directory = openDataDirectory(folder)
writeSync(1, 'held\n')
// The lock goes with the handle when that is collected: the timer keeps it reachable.
setInterval(() => directory.path, 1_000_000)
