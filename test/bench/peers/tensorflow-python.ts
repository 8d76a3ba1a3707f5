/** A Python with TensorFlow for benchmarks to compare with, made once per version in the user's cache folder. */
import { existsSync } from 'node:fs'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { cacheFolder } from '../../../src/engine/engine-folder.ts'
import { takeLock } from '../../../src/engine/install/lock.ts'
import { run } from './torch-python.ts'

export const tensorflowVersion = '2.21.0'

/** @returns the path of a Python that imports tensorflow. @throws where there is no Python 3 or the download fails */
export async function tensorflowPython(): Promise<string> {
  const folder = join(cacheFolder(), 'peers', `tensorflow-${tensorflowVersion}`)
  const python = join(folder, ...(process.platform === 'win32' ? ['Scripts', 'python.exe'] : ['bin', 'python']))
  const ready = join(folder, 'ready')
  if (existsSync(ready)) return python
  await mkdir(join(cacheFolder(), 'peers'), { recursive: true })
  const release = await takeLock(`${folder}.lock`)
  try {
    if (existsSync(ready)) return python
    await rm(folder, { recursive: true, force: true })
    await run(process.env['GAN_STUDIO_PYTHON'] ?? (process.platform === 'win32' ? 'py' : 'python3'), ['-m', 'venv', folder])
    await run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-input', '--no-cache-dir', `${process.platform === 'linux' ? 'tensorflow-cpu' : 'tensorflow'}==${tensorflowVersion}`])
    await run(python, ['-c', 'import tensorflow'])
    await writeFile(ready, '')
    return python
  } finally {
    await release()
  }
}
