import type { Setting } from './setting.ts'

export const erasureSettingRows: readonly Setting[] = [
  {
    name: 'SOMABRAIN_MASTER_KEY_PREVIOUS',
    meaning:
      'Another master key, beside SOMABRAIN_MASTER_KEY: what it wrapped is read, nothing is wrapped with it. For a rotation, until `somabrain rotate-master-key` has wrapped everything anew',
    default: null,
    secret: true,
  },
  {
    name: 'SOMABRAIN_SIGNING_PUBLIC_KEYS_FILE',
    meaning:
      'PEM file of the public keys that signed before SOMABRAIN_SIGNING_KEY was exchanged: GET /receipts/key gives them too, so that older receipts verify. They sign nothing',
    default: null,
  },
  {
    name: 'SOMABRAIN_ERASURE_LEDGER',
    meaning:
      'File that keeps what was erased, for stores that are restored from before it: in no backup, kept when the data directory is replaced. Unset: erasures.ledger in the data directory',
    default: null,
  },
  {
    name: 'SOMABRAIN_BACKUP_RETENTION_DAYS',
    meaning: 'How long backups of the keys are kept at most: receipts of erasures say so',
    default: '30',
    unit: 'd',
  },
]
