/**
 * Lets the CUDA build of PyTorch load without the gigabytes of NVIDIA's libraries that only a GPU
 * calls: one small library that has every function torch names and ends the process in each,
 * under the names of the libraries that are left out.
 */
import { execFile } from 'node:child_process'
import { copyFile, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const leftOut = /^lib(cudnn|cufile|cublas|cublasLt|cufft|cusparse|cusparseLt|nccl|nvrtc|nvshmem_host)\.so\.\d+$/
const theirFunction = /^(cu(blas|dnn|fft|sparse|File)|nccl|nvrtc|nvshmem)\w+$/

/** Needs `readelf`, `nm` and `gcc`, as building the TensorFlow engine does. */
export async function standInForCuda(sitePackages: string): Promise<void> {
  const torch = join(sitePackages, 'torch', 'lib')
  const libraries = (await readdir(torch)).filter((name) => name.endsWith('.so')).map((name) => join(torch, name))
  const lines = async (program: string, ...args: readonly string[]): Promise<string[]> =>
    (await run(program, [...args, ...libraries], { maxBuffer: 1 << 30 })).stdout.split('\n')
  const needed = (await lines('readelf', '--dynamic')).flatMap((line) => /\(NEEDED\).*\[(.+)\]/.exec(line)?.[1] ?? [])
  const named = (await lines('nm', '--dynamic', '--undefined-only')).flatMap((line) => /^ +U (\w+)/.exec(line)?.[1] ?? [])
  const functions = new Set(named.filter((name) => theirFunction.test(name)))

  const folder = join(sitePackages, 'nvidia', 'cu13', 'lib')
  const [source, library] = [join(folder, 'stand-in.c'), join(folder, 'stand-in.so')]
  await writeFile(source, ['#include <stdlib.h>', ...[...functions].map((name) => `void ${name}(void) { abort(); }`)].join('\n'))
  await run('gcc', ['-shared', '-fPIC', '-fno-builtin', '-o', library, source])
  for (const name of new Set(needed.filter((name) => leftOut.test(name)))) await copyFile(library, join(folder, name))
  await Promise.all([rm(source), rm(library)])
}
