/**
 * A Python with PyTorch for benchmarks to compare with: a virtual environment in the user's cache
 * folder, made once per version. pip is the client, so a person's mirrors and certificates
 * serve, and `PIP_FIND_LINKS=<folder>` a wheel that is there already. `GAN_STUDIO_TORCH=<python>`
 * names a Python that has PyTorch, with its GPU.
 */
import { execFile, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { cacheFolder } from '../../../src/engine/engine-folder.ts'
import { takeLock } from '../../../src/engine/install/lock.ts'
import { standInForCuda } from './cuda-stand-ins.ts'

export const torchVersion = '2.15.0'

export const namedPython = process.env['GAN_STUDIO_TORCH']

/** What `import torch` and `torch.compile` need of its requirements where nothing runs on CUDA. */
const pure = ['filelock', 'typing-extensions>=4.13', 'setuptools>=77', 'sympy>=1.13.3', 'networkx>=2.5.1', 'jinja2', 'fsspec>=0.8.5', 'numpy']
/** The two of NVIDIA's libraries that are called while torch is loaded; 10 MB. The others would be gigabytes. */
const cuda = ['nvidia-cuda-runtime==13.2.*', 'nvidia-cuda-cupti==13.2.*']

/** @returns the path of a Python that imports torch. @throws where there is no Python 3 or the download fails */
export async function torchPython(): Promise<string> {
  if (namedPython !== undefined) return namedPython
  const folder = join(cacheFolder(), 'peers', `torch-${torchVersion}`)
  const python = join(folder, ...(process.platform === 'win32' ? ['Scripts', 'python.exe'] : ['bin', 'python']))
  const ready = join(folder, 'ready')
  if (existsSync(ready)) return python
  await mkdir(join(cacheFolder(), 'peers'), { recursive: true })
  const release = await takeLock(`${folder}.lock`)
  try {
    if (existsSync(ready)) return python
    await rm(folder, { recursive: true, force: true })
    await run(process.env['GAN_STUDIO_PYTHON'] ?? (process.platform === 'win32' ? 'py' : 'python3'), ['-m', 'venv', folder])
    const pip = (...args: readonly string[]): Promise<void> => run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-input', '--no-cache-dir', ...args])
    // On Linux the registry's wheel is the CUDA build; elsewhere it is the CPU's, without CUDA requirements.
    await pip(...pure)
    await pip('--no-deps', `torch==${torchVersion}`, ...(process.platform === 'linux' ? cuda : []))
    if (process.platform === 'linux') await standInForCuda(await sitePackages(python))
    await run(python, ['-c', 'import torch; torch.nn.Conv2d(3, 8, 3)(torch.randn(1, 3, 8, 8)).sum().backward()'])
    await writeFile(ready, '')
    return python
  } finally {
    await release()
  }
}

async function sitePackages(python: string): Promise<string> {
  const { stdout } = await promisify(execFile)(python, ['-c', 'import sysconfig; print(sysconfig.get_paths()["purelib"])'])
  return stdout.trim()
}

/** Shows what the program says, on standard error. */
export async function run(program: string, args: readonly string[]): Promise<void> {
  const child = spawn(program, args, { stdio: ['ignore', 2, 2] })
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  if (code !== 0) throw new Error(`"${program} ${args.join(' ')}" ended with code ${code}.`)
}
