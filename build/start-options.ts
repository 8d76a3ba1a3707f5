/** What may follow `npm start --`. */
import { Command, CommanderError, InvalidArgumentError } from 'commander'
import { resolve } from 'node:path'

export interface StartOptions {
  /** window: where it can be had; browser: opened too; headless: only the address. */
  readonly shell: 'window' | 'browser' | 'headless'
  readonly engineDownload: boolean
  /** Absolute; null: this user's own. */
  readonly dataFolder: string | null
  /** Of the browser's server; null: any free one. */
  readonly port: number | null
}

interface Parsed {
  readonly web?: boolean
  readonly headless?: boolean
  readonly engineDownload: boolean
  readonly data?: string
  readonly port?: number
}

/**
 * @param folder where the person typed the command
 * @returns the exit code where there is nothing to start: help was asked for, or the line is not valid (and was told so)
 */
export function parseStartOptions(args: readonly string[], folder: string): StartOptions | { readonly exitCode: number } {
  const command = new Command('npm start --')
    .description('Sets up what is missing and opens the studio.')
    .option('--web', 'open it in the browser')
    .option('--headless', 'serve it for a browser on this computer, print the address, open nothing')
    .option('--no-engine-download', 'do not install TensorFlow; other engines train meanwhile')
    .option('--data <dir>', 'data folder (or GAN_STUDIO_DATA)')
    .option('--port <n>', 'port on 127.0.0.1 of the browser\'s studio (default: any free one)', portNumber)
    .showHelpAfterError('("npm start -- --help" lists the options)')
    .allowExcessArguments(false)
    .exitOverride()
  try {
    const { web, headless, engineDownload, data, port } = command.parse(args, { from: 'user' }).opts<Parsed>()
    if (web === true && headless === true) command.error('Choose --web or --headless, not both.')
    return {
      shell: headless === true ? 'headless' : web === true ? 'browser' : 'window',
      engineDownload,
      dataFolder: data === undefined ? null : resolve(folder, data),
      port: port ?? null,
    }
  } catch (error) {
    // Commander has told people already.
    if (error instanceof CommanderError) return { exitCode: error.exitCode === 0 ? 0 : 2 }
    throw error
  }
}

function portNumber(text: string): number {
  if (!/^\d+$/.test(text) || Number(text) > 65_535) throw new InvalidArgumentError('Expected a port from 0 to 65535.')
  return Number(text)
}
