/**
 * What main and the studio process say to each other, apart from the ports of the contract.
 * In Electron's utility process ports travel beside their message; over Node's IPC, which cannot
 * carry them, their messages are passed on under the port's number.
 */
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
  | ChildReply

export type FromStudio =
  | { readonly type: 'ready' }
  /** The data folder cannot be opened; the process exits after it. */
  | { readonly type: 'refused'; readonly message: string }
  | { readonly type: 'port-message'; readonly id: number; readonly message: unknown }
  | { readonly type: 'port-closed'; readonly id: number }
  | ChildRequest

/** Entries of the processes that the studio process asks for, beside its own. */
export type ChildEntry = 'engine-process' | 'decoder-process'

/** Engines and decoders as utility processes: only main can start those. What is said to them and by them is passed on. */
export type ChildRequest =
  | { readonly type: 'child-start'; readonly id: number; readonly entry: ChildEntry }
  | { readonly type: 'child-command'; readonly id: number; readonly command: unknown }
  | { readonly type: 'child-kill'; readonly id: number }

export type ChildReply =
  | { readonly type: 'child-started'; readonly id: number; readonly pid: number | null }
  | { readonly type: 'child-message'; readonly id: number; readonly message: unknown }
  | { readonly type: 'child-exit'; readonly id: number; readonly code: number | null; readonly stderr: string }
