/** What the command line, or the system's "open with", asks of the application. */
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'

export interface StartArguments {
  /** Absolute paths of files and folders to import. */
  readonly open: readonly string[]
  /** From `--data=FOLDER`; null where it is not given. */
  readonly dataFolder: string | null
}

/**
 * @param argv without the executable
 * @param packaged in development the first path is the application's own folder
 */
export function parseArguments(argv: readonly string[], packaged: boolean, workingFolder: string): StartArguments {
  const data = argv.findLast((argument) => argument.startsWith(dataOption))
  return {
    open: argv
      .filter((argument) => !argument.startsWith('-'))
      .slice(packaged ? 0 : 1)
      .map((argument) => resolve(workingFolder, argument))
      .filter((path) => existsSync(path)),
    dataFolder: data === undefined ? null : resolve(workingFolder, data.slice(dataOption.length)),
  }
}

const dataOption = '--data='
