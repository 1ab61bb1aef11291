import { type NpmRun, runNpm } from './run-npm.ts'

export interface Finding {
  readonly name: string
  readonly severity: string
  readonly title: string
}

/** An audit that could not be made is told apart from one that found nothing. */
export type Audit =
  | { readonly outcome: 'clean' }
  | { readonly outcome: 'vulnerable'; readonly findings: readonly Finding[] }
  | { readonly outcome: 'not-audited'; readonly reason: string }

/** Asks the registry for known vulnerabilities of what runs in production. */
export const auditDependencies = (folder: string): Audit =>
  readAudit(runNpm(folder, 'audit', '--omit', 'dev', '--package-lock-only', '--json'))

interface Via {
  readonly title?: string
}

interface Report {
  readonly vulnerabilities?: Readonly<
    Record<string, { readonly severity: string; readonly via: ReadonlyArray<Via | string> }>
  >
  readonly message?: string
  readonly error?: { readonly summary?: string }
}

/** What `npm audit --json` said. */
export function readAudit({ out, err }: Pick<NpmRun, 'out' | 'err'>): Audit {
  const report = parsed(out)
  if (report?.vulnerabilities === undefined) {
    const said = report?.message ?? report?.error?.summary ?? lastLine(err)
    return { outcome: 'not-audited', reason: `the registry does not answer audits (${said})` }
  }
  const findings = Object.entries(report.vulnerabilities).map(([name, { severity, via }]) => ({
    name,
    severity,
    title: via.map((one) => (typeof one === 'string' ? `through ${one}` : (one.title ?? 'unnamed'))).join('; '),
  }))
  return findings.length === 0 ? { outcome: 'clean' } : { outcome: 'vulnerable', findings }
}

function parsed(text: string): Report | null {
  try {
    return JSON.parse(text) as Report
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}

const lastLine = (text: string): string => text.trim().split('\n').at(-1) || 'no answer'
