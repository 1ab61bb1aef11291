import { join } from 'node:path'
import type { PartRecipe } from './part.ts'
import { partRecipes } from './part-recipes.ts'
import { CommandFailedError, runCommand } from './run-command.ts'
import { serviceOf } from './service-of.ts'
import type { PartReport, Stack } from './stack.ts'
import type { StackSettings } from './stack-settings.ts'

/** Whether there is a container engine that answers, and the Compose plugin with it. */
export async function hasContainerEngine(): Promise<boolean> {
  try {
    // Without a server the client still prints what it knows, and ends with an error code.
    await runCommand('docker', ['info'])
    await runCommand('docker', ['compose', 'version'])
    return true
  } catch (error) {
    if (error instanceof CommandFailedError) return false
    throw error
  }
}

/** The parts as services of docker-compose.yml; their data is in its volumes. */
export function composeStack(settings: StackSettings): Stack {
  const compose = (...args: readonly string[]): Promise<string> =>
    runCommand('docker', ['compose', '-f', join(settings.root, 'docker-compose.yml'), ...args], { cwd: settings.root })
  const services = (recipes: readonly PartRecipe[]): string[] => recipes.map(({ name }) => serviceOf[name])
  const reports = async (recipes: readonly PartRecipe[], answering: PartReport['state']): Promise<PartReport[]> =>
    Promise.all(recipes.map((recipe) => report(recipe, answering)))
  return {
    up: async (parts, say) => {
      const recipes = partRecipes(settings, parts)
      say(`docker compose up: ${services(recipes).join(', ')} …`)
      await compose('up', '--detach', '--wait', ...services(recipes))
      return reports(recipes, 'running')
    },
    down: async (parts, say) => {
      const recipes = partRecipes(settings, parts)
      say(`docker compose rm: ${services(recipes).join(', ')} …`)
      await compose('rm', '--force', '--stop', ...services(recipes.toReversed()))
      return recipes.map(({ name, url }) => ({ name, url, state: 'stopped', pid: null }))
    },
    status: (parts) => reports(partRecipes(settings, parts), 'running'),
    runningServices: async () => {
      const listed = await compose('ps', '--services', '--status', 'running')
      return new Set(listed.split('\n').filter((line) => line !== ''))
    },
  }
}

async function report({ name, url, answers }: PartRecipe, answering: PartReport['state']): Promise<PartReport> {
  return { name, url, pid: null, state: (await answers()) ? answering : 'down' }
}
