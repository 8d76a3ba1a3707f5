/** Makes packages of the application with electron-builder. */
import { Platform, build } from 'electron-builder'
import { bundle } from './bundle.ts'
import { packageConfiguration } from './electron-builder.ts'
import type { PackageOptions } from './electron-builder.ts'
import { writeLicences } from './sbom.ts'
import { projectRoot } from './set-up/project.ts'

export type System = 'linux' | 'mac' | 'win'
const platforms = { linux: Platform.LINUX, mac: Platform.MAC, win: Platform.WINDOWS } as const

export interface PackageRequest extends PackageOptions {
  readonly systems: readonly System[]
  /** Only the unpacked application, as a folder. */
  readonly folderOnly: boolean
}

/** @returns the files made */
export async function packageStudio({ systems, folderOnly, ...options }: PackageRequest): Promise<readonly string[]> {
  await bundle()
  writeLicences()
  const targets = new Map(systems.flatMap((system) => [...platforms[system].createTarget(folderOnly ? 'dir' : null)]))
  return await build({ projectDir: projectRoot, targets, config: packageConfiguration(options) })
}
