import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PartUnavailableError } from './part.ts'
import { runCommand } from './run-command.ts'
import { findOnPath, fromPackage } from './system-packages.ts'

/** A Maven artifact, as `groupId:artifactId:version`. */
export type Artifact = string

const PLUGIN = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1'

/** Puts the jars of `artifacts`, and of all that they need to run, into `folder`. */
export async function copyLibraries(part: string, artifacts: readonly Artifact[], folder: string): Promise<void> {
  const project = await mkdtemp(join(tmpdir(), 'somabrain-pom-'))
  try {
    await writeFile(join(project, 'pom.xml'), pomOf(artifacts))
    const goal = [`${PLUGIN}:copy-dependencies`, '-DincludeScope=runtime', `-DoutputDirectory=${folder}`]
    await maven(part, ['-f', join(project, 'pom.xml'), ...goal])
  } finally {
    await rm(project, { recursive: true, force: true })
  }
}

/** Unpacks the tar.gz `artifact` (`groupId:artifactId:version:tar.gz:classifier`) into `folder`. */
export async function unpackArchive(part: string, artifact: Artifact, folder: string): Promise<void> {
  const downloads = await mkdtemp(join(tmpdir(), 'somabrain-archive-'))
  try {
    // Not dependency:unpack: it leaves markers in ./target and silently does nothing the second time.
    await maven(part, [`${PLUGIN}:copy`, `-Dartifact=${artifact}`, `-DoutputDirectory=${downloads}`])
    const [, name, version, , classifier] = artifact.split(':')
    await runCommand('tar', ['-xzf', join(downloads, `${name}-${version}-${classifier}.tar.gz`), '-C', folder])
  } finally {
    await rm(downloads, { recursive: true, force: true })
  }
}

async function maven(part: string, args: readonly string[]): Promise<void> {
  const mvn = await fromPackage(part, 'maven', () => findOnPath('mvn'))
  try {
    await runCommand(mvn, ['--batch-mode', '--quiet', '--no-transfer-progress', ...args])
  } catch (cause) {
    throw new PartUnavailableError(part, `Maven cannot fetch it. ${(cause as Error).message}`, { cause })
  }
}

function pomOf(artifacts: readonly Artifact[]): string {
  const dependencies = artifacts.map((artifact) => {
    const [group, name, version] = artifact.split(':')
    const fields = `<groupId>${group}</groupId><artifactId>${name}</artifactId><version>${version}</version>`
    return `<dependency>${fields}</dependency>`
  })
  return `<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>local</groupId><artifactId>libraries</artifactId><version>1</version><packaging>pom</packaging>
<dependencies>${dependencies.join('')}</dependencies></project>
`
}
