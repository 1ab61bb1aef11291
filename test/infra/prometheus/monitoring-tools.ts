import { PartUnavailableError } from '../../../infra/stack/part.ts'
import { findOnPath, fromPackage } from '../../../infra/stack/system-packages.ts'

/** Debian's packages of Prometheus and Alertmanager, and what each brings. */
const PACKAGES = {
  prometheus: ['prometheus', 'promtool'],
  'prometheus-alertmanager': ['prometheus-alertmanager', 'amtool'],
}

export interface MonitoringTools {
  readonly prometheus: string
  readonly promtool: string
  readonly alertmanager: string
  readonly amtool: string
}

export type FoundTools =
  | { readonly tools: MonitoringTools; readonly missing: null }
  | { readonly tools: null; readonly missing: string }

/** The programs of Prometheus and Alertmanager, or why they cannot be had here; with CI=true it throws instead. */
export async function monitoringTools(): Promise<FoundTools> {
  try {
    const [prometheus, promtool] = await programsOf('prometheus')
    const [alertmanager, amtool] = await programsOf('prometheus-alertmanager')
    return { tools: { prometheus, promtool, alertmanager, amtool }, missing: null }
  } catch (error) {
    if (!(error instanceof PartUnavailableError) || process.env.CI === 'true') throw error
    return { tools: null, missing: error.message }
  }
}

function programsOf(name: keyof typeof PACKAGES): Promise<readonly [string, string]> {
  return fromPackage(name, name, () => {
    const [server, tool] = PACKAGES[name].map(findOnPath)
    return server == null || tool == null ? null : [server, tool]
  })
}
