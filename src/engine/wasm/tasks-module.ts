/** The module with all tasks, for a memory that threads share or not, with fused multiply-adds or without. */
import { v128, ModuleWriter } from './assembler.ts'
import { defineColumns } from './column-tasks.ts'
import { definePack, definePad } from './copy-tasks.ts'
import { defineMaps } from './map-tasks.ts'
import { defineMinimalFilters, defineMinimalValues } from './minimal-gradient-tasks.ts'
import { defineMinimal, defineMinimalPack } from './minimal-tasks.ts'
import { defineOuter } from './outer-task.ts'
import { defineRows } from './rows-task.ts'
import { defineSharing } from './sharing.ts'
import { plainMultiplyAdd } from './tile.ts'

/** Tasks in the order of their definition, by which they are called. */
export const tasks = ['pad', 'pack', 'rows4', 'rows8', 'outer', 'rectify', 'rectifyGradient', 'clip', 'clipGradient', 'adam', 'sum', 'sumSquares', 'sumProducts', 'affine', 'affineBoth', 'minimal', 'minimalPack', 'minimalValues', 'minimalFilters'] as const
export type Task = (typeof tasks)[number]

/** Whether this host has relaxed SIMD's multiply-add: Chromium 114, Node 22 and later. */
export function hasRelaxedSimd(): boolean {
  const module = new ModuleWriter()
  module.define('probe', 1, (scope) => v128.store(scope.parameter(0).get, v128.relaxedMultiplyAdd(v128.zero, v128.zero, v128.zero)))
  return WebAssembly.validate(module.bytes(false))
}

export function tasksModule({ shared, relaxed }: { readonly shared: boolean; readonly relaxed: boolean }): Uint8Array<ArrayBuffer> {
  const multiplyAdd = relaxed ? v128.relaxedMultiplyAdd : plainMultiplyAdd
  const module = new ModuleWriter()
  definePad(module, 'pad')
  definePack(module, 'pack')
  defineRows(module, 'rows4', 4, multiplyAdd)
  defineRows(module, 'rows8', 8, multiplyAdd)
  defineOuter(module, 'outer', multiplyAdd)
  defineMaps(module, multiplyAdd)
  defineColumns(module, multiplyAdd)
  defineMinimal(module, 'minimal')
  defineMinimalPack(module, 'minimalPack')
  defineMinimalValues(module, 'minimalValues')
  defineMinimalFilters(module, 'minimalFilters')
  defineSharing(module)
  return module.bytes(shared)
}
