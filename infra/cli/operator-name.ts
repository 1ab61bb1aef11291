import { userInfo } from 'node:os'

/** Name of the system's user who runs this, or its number: a container's user may have no name. */
export function operatorName(): string {
  try {
    return userInfo().username
  } catch {
    // The system knows no user of that number.
    return `uid ${process.getuid?.() ?? 'unknown'}`
  }
}
