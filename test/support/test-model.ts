import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { defaultModelFolder } from '../../infra/embedder/minilm/obtain-minilm.ts'

/** The folder of the small model that `npm run model:minilm` makes. */
export const testModelFolder = (): string => process.env.SOMABRAIN_TEST_MODEL ?? defaultModelFolder()

/** Why a suite that needs the model cannot run here, or `null` when it is there. With CI=true it throws instead. */
export function missingModel(): string | null {
  if (existsSync(join(testModelFolder(), 'tokenizer.json'))) return null
  const reason = `no model in ${testModelFolder()}: npm run model:minilm`
  if (process.env.CI === 'true') throw new Error(reason)
  return reason
}
