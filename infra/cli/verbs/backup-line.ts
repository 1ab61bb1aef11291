export type BackupTask =
  /** `into`: the folder of backups. */
  | { readonly action: 'create'; readonly into: string }
  | { readonly action: 'list'; readonly into: string; readonly asJson: boolean }
  /** `backup`: the folder of one. */
  | { readonly action: 'verify' | 'test'; readonly backup: string }
  | { readonly action: 'restore'; readonly backup: string; readonly isConfirmed: boolean }

export interface BackupValues {
  readonly json?: boolean | undefined
  readonly yes?: boolean | undefined
}

/** Throws a RangeError that says what is wrong. */
export function backupTask([action, folder, ...rest]: readonly string[], values: BackupValues): BackupTask {
  const taken = (what: string): string => {
    if (folder === undefined || folder === '') throw new RangeError(`backup ${action} needs ${what}`)
    if (rest.length > 0) throw new RangeError(`backup ${action} takes one folder, not "${rest[0]}" besides`)
    return folder
  }
  switch (action) {
    case 'create':
      return { action, into: taken('the folder that holds the backups') }
    case 'list':
      return { action, into: taken('the folder that holds the backups'), asJson: values.json === true }
    case 'verify':
    case 'test':
      return { action, backup: taken('the folder of a backup') }
    case 'restore':
      return { action, backup: taken('the folder of a backup'), isConfirmed: values.yes === true }
    default:
      throw new RangeError('backup needs one of create, list, verify, test, restore')
  }
}
