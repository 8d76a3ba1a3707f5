/** Commands of `gan-studio` about the studio itself. What each does is in `commands/`. */
import type { Command } from 'commander'
import type { DoctorOptions } from './commands/doctor.ts'
import type { MoveDataOptions } from './commands/move-data.ts'
import type { ServeOptions } from './commands/serve.ts'
import type { StorageOptions } from './commands/storage.ts'
import { integer } from './numbers.ts'
import type { AddCommand, GlobalOptions, RunCommand } from './program.ts'

export function addUpkeepCommands(program: Command, version: string, add: AddCommand, run: RunCommand): void {
  program.commandsGroup('The studio:')
  add('serve', 'the same studio in the browser, on this computer only unless --listen says otherwise; prints the address')
    .option('--port <n>', 'port (default: any free one)', integer(0, 65_535), 0)
    .option('--listen <address>', 'IP address to listen on instead of 127.0.0.1: not encrypted, so an SSH tunnel is safer')
    .option('--token-file <file>', 'with --listen: a file with your own token, 32 characters or more, that lets browsers in')
    .option('--names <a,b>', 'with --listen: more names or addresses that browsers open it by')
    .option('--open', 'open the browser too')
    .action(async (options: ServeOptions, command: Command) =>
      await run(command, async (watch) => await (await import('./commands/serve.ts')).serveCommand(watch, options)))

  add('doctor', 'engines with their measured speed, versions, data folder')
    .option('--measure', 'measure every engine again')
    .option('--no-measure', 'measure nothing')
    .action(async (options: DoctorOptions, command: Command) =>
      await run(command, async (watch) => await (await import('./commands/doctor.ts')).doctor(watch, options)))

  const engine = add('engine', 'engines')
  add('install <engine>', "install an engine into this user's cache (tensorflow)", engine)
    .action(async (name: string, _options: object, command: Command) =>
      await run(command, async (watch) => await (await import('./commands/doctor.ts')).installEngine(watch, name)))

  add('storage', 'what takes room on the disk: pictures, runs, caches; of each data set too')
    .option('--clear-caches', 'remove first what is made again when it is needed')
    .option('--purge', 'remove first, for good, pictures that no run saw and no undo brings back')
    .action(async (options: StorageOptions, command: Command) =>
      await run(command, async (watch) => await (await import('./commands/storage.ts')).storage(watch, options)))

  add('move-data [folder]', 'move the data folder, to another disk say; without a folder: where it is, and what a move left behind')
    .option('--remove-old', 'remove, for good, the old content that moves left behind')
    .action(async (folder: string | undefined, options: MoveDataOptions, command: Command) =>
      await (await import('./commands/move-data.ts')).moveDataCommand(command.optsWithGlobals<GlobalOptions>(), folder, options))

  add('report', 'what to send to those who look for a mistake: no names, paths or pictures of yours')
    .action(async (_options: object, command: Command) => {
      const { report, reportUnopened } = await import('./commands/report.ts')
      let opened = false
      await run(command, async (watch) => {
        opened = true
        await report(watch)
      }).catch(async (error: unknown) => {
        if (opened) throw error
        await reportUnopened(command.optsWithGlobals<GlobalOptions>(), version, error)
      })
    })
}
