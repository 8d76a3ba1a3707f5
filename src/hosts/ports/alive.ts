import { systemCode } from '../../base/errors.ts'

/** Whether a process has this number, be it of somebody else. */
export function isAlive(pid: number): boolean {
  // 0 and less would be whole groups of processes.
  if (!(pid > 0)) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return systemCode(error) === 'EPERM'
  }
}
