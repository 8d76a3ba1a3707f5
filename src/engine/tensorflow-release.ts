/**
 * The TensorFlow the studio uses: one pinned wheel per platform. Nothing of Python in it is
 * used: the wheel carries libtensorflow with its C interface and headers, and any CPython
 * version's wheel has the same.
 */
import { StudioError } from '../base/errors.ts'

export interface TensorflowRelease {
  readonly version: string
  /** Name of the engine's folder: version, variant and the start of the wheel's checksum. */
  readonly folderName: string
  readonly project: string
  readonly pythonVersion: string
  readonly wheelPlatform: string
  readonly wheelFile: string
  readonly sha256: string
  readonly wheelBytes: number
  readonly unpackedBytes: number
  /** What the making of the engine folder needs on disk at once. */
  readonly diskBytes: number
  /** Members of the wheel and where they go in the engine folder. */
  readonly libraries: Readonly<Record<string, string>>
  /** Names in deps/lib that the linker looks for. */
  readonly links: Readonly<Record<string, string>>
}

const version = '2.21.0'

const wheels: Readonly<Record<string, Omit<TensorflowRelease, 'version' | 'folderName'>>> = {
  'linux-x64': {
    project: 'tensorflow-cpu',
    pythonVersion: '3.12',
    wheelPlatform: 'manylinux_2_27_x86_64',
    wheelFile: `tensorflow_cpu-${version}-cp312-cp312-manylinux_2_27_x86_64.whl`,
    sha256: 'dcc8afd32930e42d5296b6ee19078b773706830af4ea97fbe503b9f5e0f820cb',
    wheelBytes: 274_000_871,
    unpackedBytes: 853_308_936,
    diskBytes: 1_200_000_000,
    libraries: {
      'tensorflow/libtensorflow_cc.so.2': 'deps/lib/libtensorflow_cc.so.2',
      'tensorflow/libtensorflow_framework.so.2': 'deps/lib/libtensorflow_framework.so.2',
    },
    links: { 'libtensorflow.so': 'libtensorflow_cc.so.2', 'libtensorflow_framework.so': 'libtensorflow_framework.so.2' },
  },
}

export function tensorflowRelease(platform: NodeJS.Platform = process.platform, arch: NodeJS.Architecture = process.arch): TensorflowRelease {
  const wheel = wheels[`${platform}-${arch}`]
  if (!wheel)
    throw new StudioError(
      'unsupported',
      `TensorFlow can be installed on Linux x64; this is ${platform} ${arch}. The studio works with its WebGPU or WASM engine here.`,
    )
  return { ...wheel, version, folderName: `tensorflow-${version}-cpu-${wheel.sha256.slice(0, 12)}` }
}
