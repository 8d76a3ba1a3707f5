/**
 * Where the studio process runs. In current Electron: a utility process. Electron 22, which the
 * tests run on, cannot load the database there; its studio process runs on Node instead.
 */
import type { MessagePortMain } from 'electron'
import type { StudioArguments, Trust } from './parent-protocol.ts'
import { startOnNode } from './node-runtime.ts'
import { startInUtilityProcess } from './utility-runtime.ts'

export interface StudioRuntime {
  /** Gives the studio this end of a port; its other end goes to a page, or stays with main. */
  adopt(port: MessagePortMain, trust: Trust): void
  /** Resolves once the data folder is open. @throws Error in plain words where it cannot be. */
  readonly ready: Promise<void>
  /** Resolves once the process has gone, however. */
  readonly gone: Promise<void>
  /** Asks it to save and close. */
  close(): void
  kill(): void
}

export interface RuntimeOptions {
  /** Folder of studio-process.mjs and engine-process.mjs, outside the archive. */
  readonly folder: string
  readonly studio: StudioArguments
}

const electronMajor = Number(process.versions.electron?.split('.')[0])

export function startStudio(options: RuntimeOptions): StudioRuntime {
  const testNode = process.env['GAN_STUDIO_TEST_NODE']
  return electronMajor < 30 && testNode !== undefined ? startOnNode(options, testNode) : startInUtilityProcess(options)
}
