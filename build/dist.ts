/** `npm run dist`: packages for the systems named, or for this one. */
import { Command, CommanderError } from 'commander'
import { packageStudio } from './package-studio.ts'
import type { System } from './package-studio.ts'

const ownSystem: System = process.platform === 'win32' ? 'win' : process.platform === 'darwin' ? 'mac' : 'linux'

const command = new Command('npm run dist --')
  .description('Makes packages into out/: AppImage and deb for Linux, dmg and zip for macOS, an installer for Windows.')
  .option('--linux', 'for Linux')
  .option('--mac', 'for macOS (on a Mac)')
  .option('--win', 'for Windows')
  .option('--dir', 'only the unpacked application, as a folder')
  .showHelpAfterError('("npm run dist -- --help" lists the options)')
  .allowExcessArguments(false)
  .exitOverride()

try {
  const { dir, ...named } = command.parse(process.argv.slice(2), { from: 'user' }).opts<{ readonly dir?: boolean } & { readonly [S in System]?: boolean }>()
  const systems = (['linux', 'mac', 'win'] as const).filter((system) => named[system] === true)
  for (const file of await packageStudio({ systems: systems.length === 0 ? [ownSystem] : systems, folderOnly: dir === true })) console.log(file)
} catch (error) {
  process.exitCode = error instanceof CommanderError ? (error.exitCode === 0 ? 0 : 2) : 1
  // Commander has told people already.
  if (!(error instanceof CommanderError)) console.error(`The packages could not be made: ${error instanceof Error ? error.message : String(error)}`)
}
