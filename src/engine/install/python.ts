/**
 * Downloads wheels through pip, the registry's own client: it knows the person's mirrors,
 * proxies and certificates. Nothing is installed into Python.
 */
import { mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { StudioError } from '../../base/errors.ts'
import { refusal } from '../../contract/failure.ts'
import { message } from '../../contract/messages.ts'
import type { TensorflowRelease } from '../tensorflow-release.ts'
import { sha256OfFile } from './checksum.ts'
import { runCommand, type CommandResult } from './run-command.ts'

/** How to call pip: a program and its first arguments. */
export interface Pip {
  readonly program: string
  readonly args: readonly string[]
  readonly version: readonly [major: number, minor: number]
}

/** The pip that is fetched where the machine's own is too old to resume and report progress. */
const newerPip = { version: '25.3', file: 'pip-25.3-py3-none-any.whl', sha256: '9655943313a94722b7774661c21049070f6bbb0a1516bf02f7c8d5d9201514cd' }
/** pip 25.1 brought --resume-retries; --progress-bar raw is older. */
const resumes = ([major, minor]: Pip['version']): boolean => major > 25 || (major === 25 && minor >= 1)

export async function findPip(signal?: AbortSignal): Promise<Pip> {
  const named = process.env['GAN_STUDIO_PYTHON']
  const candidates = named ? [named] : process.platform === 'win32' ? ['py', 'python', 'python3'] : ['python3', 'python']
  let pythonFound = false
  for (const program of candidates) {
    const { code, stdout } = await runCommand(program, ['-m', 'pip', '--version'], { signal })
    if (code !== null) pythonFound = true
    const match = /^pip (\d+)\.(\d+)/m.exec(stdout)
    if (code === 0 && match) return { program, args: ['-m', 'pip'], version: [Number(match[1]), Number(match[2])] }
  }
  throw pythonFound
    ? refusal('engine-unavailable', message('install.pip'))
    : refusal('engine-unavailable', message('install.python'))
}

/** The machine's pip, or a newer one run straight from its wheel where that can be had. */
export async function capablePip(folder: string, signal?: AbortSignal): Promise<Pip> {
  const own = await findPip(signal)
  if (resumes(own.version)) return own
  const { code } = await download(own, [`pip==${newerPip.version}`], { folder, signal })
  const wheel = join(folder, newerPip.file)
  if (code !== 0 || (await sha256OfFile(wheel).catch(() => null)) !== newerPip.sha256) return own
  const { code: works } = await runCommand(own.program, [join(wheel, 'pip'), '--version'], { signal })
  return works === 0 ? { program: own.program, args: [join(wheel, 'pip')], version: [25, 3] } : own
}

interface DownloadOptions {
  readonly folder: string
  readonly signal?: AbortSignal
  readonly onBytes?: (done: number, total: number) => void
}

async function download(pip: Pip, args: readonly string[], { folder, signal, onBytes }: DownloadOptions): Promise<CommandResult> {
  // pip assembles the file in the temporary folder: keep it where the installer cleans up.
  const scratch = join(folder, 'pip')
  await mkdir(scratch, { recursive: true })
  const capable = resumes(pip.version) ? ['--progress-bar', 'raw', '--resume-retries', '10'] : ['--progress-bar', 'off']
  return await runCommand(
    pip.program,
    [...pip.args, 'download', '--no-deps', '--only-binary=:all:', '--no-cache-dir', '--disable-pip-version-check', '--no-input', ...capable, '--dest', folder, ...args],
    {
      env: { ...process.env, TMPDIR: scratch, TEMP: scratch, TMP: scratch, PYTHONUNBUFFERED: '1' },
      signal,
      onLine: (line) => {
        const match = /^Progress (\d+) of (\d+)/.exec(line)
        if (match) onBytes?.(Number(match[1]), Number(match[2]))
      },
    },
  )
}

/** @returns the wheel's path inside `folder`, not yet checked. */
export async function downloadWheel(release: TensorflowRelease, options: DownloadOptions & { readonly pip: Pip }): Promise<string> {
  const attempts = 3
  let last = ''
  for (let attempt = 1; attempt <= attempts; attempt++) {
    const { code, stderr } = await download(
      options.pip,
      ['--python-version', release.pythonVersion, '--platform', release.wheelPlatform, `${release.project}==${release.version}`],
      options,
    )
    if (code === 0 && (await readdir(options.folder)).includes(release.wheelFile)) return join(options.folder, release.wheelFile)
    last = stderr.trim().split('\n').at(-1) ?? ''
    if (/No space left/i.test(stderr)) throw refusal('disk-full', message('install.diskFull'))
  }
  throw new StudioError('engine-unavailable', `TensorFlow could not be downloaded in ${attempts} attempts. Check the network connection and try again. pip says: ${last}`)
}
