/**
 * Which engine process works on a run, kept as a file in the run's folder, so that the next
 * studio can end one that outlived this one. Normally none does: an engine process exits as
 * soon as its studio is gone; one that hangs cannot.
 */
import { execFile } from 'node:child_process'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

const fileOf = (runFolder: string): string => join(runFolder, 'engine.pid')

export async function recordProcess(runFolder: string, pid: number): Promise<void> {
  await writeFile(fileOf(runFolder), String(pid))
}

export async function forgetProcess(runFolder: string): Promise<void> {
  await rm(fileOf(runFolder), { force: true })
}

/** Ends the process recorded for this run if it is still there and still an engine of ours. */
export async function endOrphan(runFolder: string): Promise<boolean> {
  const pid = Number(await readFile(fileOf(runFolder), 'utf8').catch(() => ''))
  await forgetProcess(runFolder)
  if (!Number.isSafeInteger(pid) || pid <= 1 || !(await isEngine(pid))) return false
  try {
    process.kill(pid, 'SIGKILL')
    return true
  } catch {
    // Gone in the meantime.
    return false
  }
}

/** Numbers of ended processes are given to others: only one that runs our entry is ours. */
async function isEngine(pid: number): Promise<boolean> {
  const command = process.platform === 'linux' ? await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '') : await commandOf(pid)
  return command.includes('engine-process')
}

async function commandOf(pid: number): Promise<string> {
  const [program, args] =
    process.platform === 'win32'
      ? ['powershell.exe', ['-NoProfile', '-Command', `(Get-CimInstance Win32_Process -Filter 'ProcessId=${pid}').CommandLine`]]
      : ['ps', ['-o', 'command=', '-p', String(pid)]]
  return promisify(execFile)(program as string, args as string[], { timeout: 5000 }).then(({ stdout }) => stdout, () => '')
}
