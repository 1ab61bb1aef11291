// A registry that mirrors only some platforms makes `npm install` write a lock file without the optional packages of the
// others, and `npm ci` then refuses that lock file everywhere (npm/cli#4828). This names them: their version is the exact
// one that the owner asks for, their platform stands in their name. Run it after every `npm install`.
import { readFileSync, writeFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'

const systems = ['android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'sunos', 'win32', 'aix']
const processors = ['arm64', 'x64', 'ia32', 'arm', 'ppc64', 's390x', 'riscv64', 'loong64', 'mips64el']

/** The lock file with an entry for every optional platform package, in npm's order, and the names that were added. */
export function completeLock(lock) {
  const packages = { ...lock.packages }
  const added = []
  for (const [owner, entry] of Object.entries(lock.packages)) {
    for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
      if (owner === '' || `${owner}/node_modules/${name}` in packages || `node_modules/${name}` in packages) continue
      const words = name.split(/[/-]/)
      const os = systems.filter((system) => words.includes(system))
      if (os.length === 0 || !/^\d/.test(version)) continue
      const cpu = processors.filter((processor) => words.includes(processor))
      packages[`node_modules/${name}`] = {
        version,
        ...(cpu.length === 0 ? {} : { cpu }),
        ...(entry.dev ? { dev: true } : {}),
        optional: true,
        os,
      }
      added.push(name)
    }
  }
  const sorted = Object.entries(packages).sort(([a], [b]) => a.localeCompare(b, 'en'))
  return { lock: { ...lock, packages: Object.fromEntries(sorted) }, added }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const file = new URL('../package-lock.json', import.meta.url)
  const { lock, added } = completeLock(JSON.parse(readFileSync(file, 'utf8')))
  writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`)
  console.log(added.length === 0 ? 'package-lock.json is complete' : `added to package-lock.json: ${added.join(', ')}`)
}
