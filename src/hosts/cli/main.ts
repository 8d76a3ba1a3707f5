/** The `gan-studio` command. Exit codes: exit-codes.ts. */
import { CommanderError } from 'commander'
import { BugError, StudioError } from '../../base/errors.ts'
import { fromSystemError } from '../../contract/failure.ts'
import { message } from '../../contract/messages.ts'
import { openStudio } from '../open-studio.ts'
import type { SharedStudio } from '../share-studio.ts'
import { cloneVersion } from '../version.ts'
import { exitCodeOf, exitCodes } from './exit-codes.ts'
import type { ExitCode } from './exit-codes.ts'
import { flushed } from './flushed.ts'
import { InterruptedRun } from './follow-run.ts'
import { catchInterrupts } from './interrupt.ts'
import { createOutput } from './output.ts'
import { createProgram } from './program.ts'
import type { WithStudio } from './program.ts'

const streams = { out: process.stdout, err: process.stderr }
// A reader that went away (`| head`) is no failure of ours, and the studio still has to be closed.
process.stdout.on('error', () => {})

const version = cloneVersion()

const withStudio: WithStudio = async (options, work) => {
  const output = createOutput({ json: options.json === true, streams })
  const interrupts = catchInterrupts()
  try {
    const open = (): Promise<SharedStudio> => openStudio({ version, ...(options.data === undefined ? {} : { dataFolder: options.data }) })
    const studio = await open()
    try {
      await work({ studio, output, interrupts, reopen: open })
    } finally {
      await studio.close()
    }
  } finally {
    interrupts.dispose()
  }
}

async function main(args: readonly string[]): Promise<ExitCode> {
  const output = createOutput({ json: args.includes('--json'), streams })
  try {
    await createProgram(version, withStudio).parseAsync(args, { from: 'user' })
    return exitCodes.ok
  } catch (error) {
    if (error instanceof CommanderError) {
      if (error.exitCode === 0) return exitCodes.ok
      // Commander has told people already.
      if (output.json) output.failure(new StudioError('bad-input', error.message))
      return exitCodes.usage
    }
    if (error instanceof InterruptedRun) {
      output.note(error.message)
      return exitCodes.interrupted
    }
    const told = error instanceof StudioError ? error : fromSystemError(error, message('doing.command'))
    output.failure(told)
    if (told instanceof BugError || told.code === 'bug') output.note('This is a mistake of ours; the log in the data folder has the details.')
    return exitCodeOf(told.code)
  }
}

process.exitCode = await main(process.argv.slice(2))
// Handles that libraries keep open (decoder threads, sockets) must not hold the shell.
await flushed(process.stdout, process.stderr)
process.exit()
