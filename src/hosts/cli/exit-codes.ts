/** How a command ends, for scripts; printed by `--help`. */
import type { ErrorCode } from '../../base/errors.ts'

export const exitCodes = { ok: 0, failed: 1, usage: 2, notFound: 3, interrupted: 130 } as const
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

export const exitCodesHelp = `
Exit codes:
  0    done
  1    failed; the message says why
  2    the command line or an input is not valid
  3    a file, data set or run of that name is not there
  130  ended by Ctrl-C (training: stopped and saved)`

export function exitCodeOf(code: ErrorCode): ExitCode {
  switch (code) {
    case 'bad-input':
    case 'name-taken':
      return exitCodes.usage
    case 'not-found':
      return exitCodes.notFound
    case 'cancelled':
      return exitCodes.interrupted
    default:
      return exitCodes.failed
  }
}
