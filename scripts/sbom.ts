import { writeFileSync } from 'node:fs'
import { createSbom } from '../infra/supply-chain/create-sbom.ts'

// `npm run sbom [-- file]`: what this release is made of, as CycloneDX, for whoever has to know.
const file = process.argv[2] ?? 'sbom.cdx.json'
const { text, components } = createSbom(process.cwd())
writeFileSync(file, text)
console.log(`${file}: ${components} components`)
