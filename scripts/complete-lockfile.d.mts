interface LockEntry {
  readonly version?: string
  readonly cpu?: readonly string[]
  readonly os?: readonly string[]
  readonly dev?: boolean
  readonly optional?: boolean
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

export interface LockFile {
  readonly packages: Readonly<Record<string, LockEntry>>
}

export function completeLock(lock: LockFile): { readonly lock: LockFile; readonly added: readonly string[] }
