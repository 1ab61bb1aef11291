import { join } from 'node:path'
import { kafkaRecipe } from './kafka.ts'
import { opaRecipe } from './opa.ts'
import { type PartName, type PartRecipe, partNames } from './part.ts'
import { postgresRecipe } from './postgres.ts'
import { redisRecipe } from './redis.ts'
import { registryRecipe } from './registry.ts'
import type { StackSettings } from './stack-settings.ts'

/** The recipes of the development stack, in the order in which parts start. */
export function partRecipes(settings: StackSettings, wanted: readonly PartName[] = partNames): PartRecipe[] {
  const { cacheDir, credentials, ports } = settings
  const at = (name: PartName): { readonly dir: string; readonly port: number } => ({
    dir: join(settings.dir, name),
    port: ports[name],
  })
  const kafka = kafkaRecipe({ ...at('kafka'), cacheDir, jvmOptions: settings.kafkaJvmOptions })
  const recipes: Readonly<Record<PartName, PartRecipe>> = {
    kafka,
    registry: registryRecipe({ ...at('registry'), cacheDir, kafkaUrl: kafka.url }),
    postgres: postgresRecipe({ ...at('postgres'), credentials }),
    redis: redisRecipe({ ...at('redis'), credentials }),
    opa: opaRecipe({ ...at('opa'), cacheDir }),
  }
  return partNames.filter((name) => wanted.includes(name)).map((name) => recipes[name])
}
