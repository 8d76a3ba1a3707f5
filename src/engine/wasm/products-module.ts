/** The module with all tasks, for a memory that threads share or not, with fused multiply-adds or without. */
import { v128, ModuleWriter } from './assembler.ts'
import { definePack, definePad } from './copy-tasks.ts'
import { defineOuter } from './outer-task.ts'
import { defineRows } from './rows-task.ts'
import { defineSharing } from './sharing.ts'
import { plainMultiplyAdd } from './tile.ts'

/** Tasks in the order in which they are called by number. */
export const tasks = ['pad', 'pack', 'rows4', 'rows8', 'outer'] as const
export type Task = (typeof tasks)[number]

/** Whether this host has relaxed SIMD's multiply-add: Chromium 114, Node 22 and later. */
export function hasRelaxedSimd(): boolean {
  const module = new ModuleWriter()
  module.define('probe', 1, (scope) => v128.store(scope.parameter(0).get, v128.relaxedMultiplyAdd(v128.zero, v128.zero, v128.zero)))
  return WebAssembly.validate(module.bytes(false))
}

export function productsModule({ shared, relaxed }: { readonly shared: boolean; readonly relaxed: boolean }): Uint8Array<ArrayBuffer> {
  const multiplyAdd = relaxed ? v128.relaxedMultiplyAdd : plainMultiplyAdd
  const module = new ModuleWriter()
  const define: Readonly<Record<Task, () => void>> = {
    pad: () => definePad(module, 'pad'),
    pack: () => definePack(module, 'pack'),
    rows4: () => defineRows(module, 'rows4', 4, multiplyAdd),
    rows8: () => defineRows(module, 'rows8', 8, multiplyAdd),
    outer: () => defineOuter(module, 'outer', multiplyAdd),
  }
  for (const task of tasks) define[task]()
  defineSharing(module)
  return module.bytes(shared)
}
