const PLAIN = /^[A-Za-z_$][A-Za-z0-9_$]*$/

/** Appends a member to a field's path the way callers write it: `metadata.a`, `metadata["a b"]`. */
export function memberPath(path: string, member: string): string {
  if (PLAIN.test(member)) return path === '' ? member : `${path}.${member}`
  return `${path}[${JSON.stringify(member.slice(0, 100))}]`
}

export const elementPath = (path: string, index: number): string => `${path}[${index}]`
