/**
 * What main and the studio process say to each other, apart from the ports of the contract.
 * In Electron's utility process ports travel beside their message; over Node's IPC, which cannot
 * carry them, their messages are passed on under the port's number.
 */
import type { EngineCommand, EngineMessage } from '../src/contract/trainer.ts'

/** A page may call the studio; main, the trusted host, may call `host.*` too. */
export type Trust = 'page' | 'host'

/** Given once, as the studio process's argument (JSON). */
export interface StudioArguments {
  readonly dataFolder: string
  readonly version: string
}

export type ToStudio =
  /** With the port itself in a utility process. */
  | { readonly type: 'port'; readonly id: number; readonly trust: Trust }
  | { readonly type: 'port-message'; readonly id: number; readonly message: unknown }
  | { readonly type: 'port-closed'; readonly id: number }
  /** Save what runs, close the data folder and exit. */
  | { readonly type: 'close' }
  | EngineReply

export type FromStudio =
  | { readonly type: 'ready' }
  /** The data folder cannot be opened; the process exits after it. */
  | { readonly type: 'refused'; readonly message: string }
  | { readonly type: 'port-message'; readonly id: number; readonly message: unknown }
  | { readonly type: 'port-closed'; readonly id: number }
  | EngineRequest

/** Engine processes as utility processes: only main can start those. */
export type EngineRequest =
  | { readonly type: 'engine-start'; readonly id: number }
  | { readonly type: 'engine-command'; readonly id: number; readonly command: EngineCommand }
  | { readonly type: 'engine-kill'; readonly id: number }

export type EngineReply =
  | { readonly type: 'engine-started'; readonly id: number; readonly pid: number | null }
  | { readonly type: 'engine-message'; readonly id: number; readonly message: EngineMessage }
  | { readonly type: 'engine-exit'; readonly id: number; readonly code: number | null; readonly stderr: string }
