/** `npm run sbom`: the bill of materials (CycloneDX) and the licences of what the packages hold, into dist/licences/. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectRoot } from './set-up/project.ts'
import { licenceOf, shippedParts, thirdPartyNotices } from './supply-chain.ts'

/** @returns the folder */
export function writeLicences(): string {
  const folder = join(projectRoot, 'dist', 'licences')
  const parts = shippedParts()
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'sbom.cdx.json'), `${JSON.stringify(parts, null, 1)}\n`)
  writeFileSync(join(folder, 'third-party.txt'), thirdPartyNotices(parts))
  return folder
}

if (import.meta.main) {
  const folder = writeLicences()
  const counts = new Map<string, number>()
  for (const part of shippedParts().components) counts.set(licenceOf(part), (counts.get(licenceOf(part)) ?? 0) + 1)
  for (const [licence, count] of [...counts].sort(([, a], [, b]) => b - a)) console.log(`${String(count).padStart(4)}  ${licence}`)
  console.log(`\n${join(folder, 'sbom.cdx.json')}\n${join(folder, 'third-party.txt')}`)
}
