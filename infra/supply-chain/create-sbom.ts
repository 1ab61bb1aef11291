import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { runNpm } from './run-npm.ts'

export interface Sbom {
  /** CycloneDX JSON. */
  readonly text: string
  readonly components: number
}

interface LockFile {
  readonly packages: Readonly<
    Record<string, { readonly dev?: boolean; readonly optional?: boolean; readonly version?: string }>
  >
}

interface Component {
  readonly name: string
  readonly version: string
  readonly 'bom-ref': string
}

interface CycloneDx {
  readonly bomFormat: string
  readonly components: readonly Component[]
  readonly dependencies: ReadonlyArray<{ readonly ref: string; readonly dependsOn: readonly string[] }>
}

/**
 * A bill of materials (CycloneDX) of what runs in production, from the lock file. Throws when a package of the lock file is not
 * in it: a list that is not whole is worse than none.
 */
export function createSbom(folder: string): Sbom {
  // With `--omit dev` npm leaves out what production shares with a development dependency, so that is left out here instead.
  const { code, out, err } = runNpm(
    folder,
    ...['sbom', '--sbom-format', 'cyclonedx', '--sbom-type', 'application', '--package-lock-only'],
  )
  if (code !== 0) throw new Error(`npm sbom ended with ${code}: ${err.trim()}`)
  const bom = JSON.parse(out) as CycloneDx
  if (bom.bomFormat !== 'CycloneDX') throw new Error(`npm sbom gave ${bom.bomFormat}`)
  const { all, required } = productionPackages(folder)
  const components = bom.components.filter((one) => all.has(nameOf(one)))
  const listed = new Set(components.map(nameOf))
  const missing = required.filter((name) => !listed.has(name))
  if (missing.length > 0) throw new Error(`the bill of materials lacks ${missing.join(', ')}`)
  const dropped = new Set(bom.components.filter((one) => !all.has(nameOf(one))).map((one) => one['bom-ref']))
  const dependencies = bom.dependencies
    .filter(({ ref }) => !dropped.has(ref))
    .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter((one) => !dropped.has(one)) }))
  return { text: `${JSON.stringify({ ...bom, components, dependencies }, null, 2)}\n`, components: components.length }
}

const nameOf = ({ name, version }: Pick<Component, 'name' | 'version'>): string => `${name}@${version}`

/** `name@version` of what a production install may have, and of what it has on every platform. */
function productionPackages(folder: string): {
  readonly all: ReadonlySet<string>
  readonly required: readonly string[]
} {
  const lock = JSON.parse(readFileSync(join(folder, 'package-lock.json'), 'utf8')) as LockFile
  const packages = Object.entries(lock.packages).flatMap(([path, { dev, optional, version = '' }]) => {
    const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)
    return path === '' || dev === true ? [] : [{ name: nameOf({ name, version }), optional: optional === true }]
  })
  const required = packages.filter(({ optional }) => !optional).map(({ name }) => name)
  return { all: new Set(packages.map(({ name }) => name)), required }
}
