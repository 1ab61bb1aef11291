import { writeSync } from 'node:fs'
import { openDataDirectory } from '../../../infra/sqlite/data-dir/data-directory.ts'

// Child process of directory-lock.test.ts: holds a data directory until it is killed.
const folder = process.argv[2]
if (folder === undefined) throw new Error('usage: hold-directory.ts <folder>')
openDataDirectory(folder)
writeSync(1, 'held\n')
setInterval(() => undefined, 1_000_000)
