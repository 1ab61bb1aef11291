import { mkdirSync } from 'node:fs'
import { lockDirectory } from '../sqlite/data-dir/directory-lock.ts'
import type { PartName, PartRecipe } from './part.ts'
import { runningPid } from './part-process.ts'
import { partRecipes } from './part-recipes.ts'
import { serviceOf } from './service-of.ts'
import type { PartReport, Stack } from './stack.ts'
import type { StackSettings } from './stack-settings.ts'
import { findPart, isOnItsPort, startPart } from './start-part.ts'

/** The parts as processes of this machine. */
export function nativeStack(settings: StackSettings): Stack {
  return {
    up: (parts, say) => alone(settings, () => up(partRecipes(settings, withNeeds(parts)), say)),
    down: (parts, say) => alone(settings, () => down(partRecipes(settings, parts), say)),
    status: (parts) => Promise.all(partRecipes(settings, parts).map(report)),
    runningServices: async () => {
      const running = partRecipes(settings).filter(({ dir }) => runningPid(dir) !== null)
      return new Set(running.map(({ name }) => serviceOf[name]))
    },
  }
}

/** Two at once would both find a part missing and both start it. */
async function alone<T>({ dir }: StackSettings, act: () => Promise<T>): Promise<T> {
  mkdirSync(dir, { recursive: true })
  const lock = lockDirectory(dir)
  try {
    return await act()
  } finally {
    lock.release()
  }
}

const withNeeds = (parts: readonly PartName[]): PartName[] =>
  parts.includes('registry') ? [...parts, 'kafka'] : [...parts]

async function up(recipes: readonly PartRecipe[], say: (line: string) => void): Promise<PartReport[]> {
  const reports: PartReport[] = []
  for (const recipe of recipes) {
    const before = await report(recipe)
    if (before.state === 'running' || before.state === 'found') {
      reports.push(before)
      continue
    }
    say(`${recipe.name}: starting on port ${recipe.port} …`)
    const part = await startPart(recipe)
    reports.push({ ...before, state: 'started', pid: part.pid })
  }
  return reports
}

async function down(recipes: readonly PartRecipe[], say: (line: string) => void): Promise<PartReport[]> {
  const reports: PartReport[] = []
  for (const recipe of recipes.toReversed()) {
    const part = findPart(recipe)
    if (part === null) {
      reports.push(await report(recipe))
      continue
    }
    say(`${recipe.name}: stopping process ${part.pid} …`)
    await part.stop()
    reports.push({ name: recipe.name, url: recipe.url, state: 'stopped', pid: null })
  }
  return reports.toReversed()
}

async function report(recipe: PartRecipe): Promise<PartReport> {
  const { name, url, dir } = recipe
  const pid = runningPid(dir)
  const answers = await recipe.answers()
  if (pid !== null) return { name, url, pid, state: answers && isOnItsPort(recipe) ? 'running' : 'silent' }
  return { name, url, pid, state: answers ? 'found' : 'down' }
}
