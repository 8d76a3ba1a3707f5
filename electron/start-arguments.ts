/** What the command line, or the system's "open with", asks of the application. */
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'

export interface StartArguments {
  /** Absolute paths of files and folders to import. */
  readonly open: readonly string[]
  /** From `--data=FOLDER`; null where it is not given. */
  readonly dataFolder: string | null
}

/** `argv`: without the executable and, in development, without the application's own folder. */
export function parseArguments(argv: readonly string[], workingFolder: string): StartArguments {
  const data = argv.findLast((argument) => argument.startsWith('--data='))
  return {
    open: argv
      .filter((argument) => !argument.startsWith('-'))
      .map((argument) => resolve(workingFolder, argument))
      .filter((path) => existsSync(path)),
    dataFolder: data === undefined ? null : resolve(workingFolder, data.slice('--data='.length)),
  }
}
