interface LockEntry {
  readonly version?: string
  readonly dev?: boolean
  readonly devOptional?: boolean
  readonly optional?: boolean
}

export interface LockFile {
  readonly packages: Readonly<Record<string, LockEntry>>
}

export function staleReason(
  lock: LockFile,
  installed: LockFile | null,
  options: { readonly production: boolean },
): string | null

export function prepare(
  root: string,
  options: { readonly production: boolean; readonly say: (line: string) => void },
): number
