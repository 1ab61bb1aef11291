import { restoreBackup } from '../../../../infra/sqlite/backup/restore-backup.ts'

// A process that restores, to be killed: <backup> <data directory>
const [, , backup = '', dataDir = ''] = process.argv
process.stdout.write('begun\n')
await restoreBackup({ backup, dataDir, derived: ['views'], clock: Date.now })
process.stdout.write('done\n')
