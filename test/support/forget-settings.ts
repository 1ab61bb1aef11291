import { withoutSettings } from './own-environment.ts'

// AVA loads it before each file: what a test starts has the settings that the test says, and no others.
const kept = withoutSettings()
for (const name of Object.keys(process.env)) if (!(name in kept)) delete process.env[name]
