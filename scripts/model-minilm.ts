import { resolve } from 'node:path'
import { defaultModelFolder, obtainMinilm } from '../infra/embedder/minilm/obtain-minilm.ts'
import { CommandFailedError } from '../infra/stack/run-command.ts'

// `npm run model:minilm [-- FOLDER]`: a small model for recall by meaning, ready to run.
const folder = resolve(process.argv[2] ?? defaultModelFolder())
try {
  await obtainMinilm(folder, (line) => process.stderr.write(`${line}\n`))
  process.stdout.write(`SOMABRAIN_EMBEDDER=onnx:${folder} npm start\n`)
} catch (error) {
  if (!(error instanceof CommandFailedError)) throw error
  process.stderr.write(`The model could not be made: ${error.message}\n`)
  process.exitCode = 1
}
