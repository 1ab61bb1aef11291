import { readStackSettings } from '../../../infra/stack/stack-settings.ts'

/** A program that a suite needs, or why it cannot be had here. */
export type Tool = { readonly path: string; readonly missing: null } | { readonly path: null; readonly missing: string }

/** With CI=true nothing may be skipped: it throws instead of giving a reason. */
export async function toolOrReason(install: (cacheDir: string) => Promise<string>): Promise<Tool> {
  const { cacheDir } = readStackSettings(process.cwd(), process.env)
  try {
    return { path: await install(cacheDir), missing: null }
  } catch (error) {
    if (process.env.CI === 'true' || !(error instanceof Error)) throw error
    return { path: null, missing: error.message }
  }
}
