/**
 * How threads share a task: its chunks are taken from one counter by whoever is free. The caller takes part and
 * waits only for those who have begun, so a thread that sleeps is never waited for.
 */
import { add, and, atomic, atLeast, block, branch, branchIf, drop, equal, i32, leave, load, loop, notEqual, when, type Code, type Local, type ModuleWriter } from './assembler.ts'

/** Byte offsets in the control block; what threads write lies in cache lines of its own. */
export const control = { bytes: 512, state: 0, next: 64, active: 128, chunks: 192, task: 196, record: 200, ended: 204, mayWait: 208 } as const

/** Looks before a thread goes to sleep: some ten microseconds, about what passes between two tasks of a step. */
const looks = 20_000

/** Defines `run(control, table)`, for the caller, and `serve(control, table)`, for each other thread; `table` is a thread's own memory. */
export function defineSharing(module: ModuleWriter): void {
  const fields = (base: Local): { readonly at: (name: 'state' | 'next' | 'active') => Code; readonly read: (name: 'chunks' | 'task' | 'record' | 'ended' | 'mayWait') => Code } => ({
    at: (name) => add(base.get, i32(control[name])),
    read: (name) => load(base.get, control[name]),
  })

  module.define('work', 2, (scope) => {
    const { at, read } = fields(scope.parameter(0))
    const chunk = scope.make('i32')
    return block(loop(
      chunk.set(atomic.add(at('next'), i32(1))),
      branchIf(1, atLeast(chunk.get, read('chunks'))),
      module.callBy(read('task'), read('record'), chunk.get, scope.parameter(1).get),
      branch(0)))
  })

  module.define('run', 2, (scope) => {
    const [base, table] = [scope.parameter(0), scope.parameter(1)]
    const { at, read } = fields(base)
    const [left, seen] = [scope.make('i32'), scope.make('i32')]
    return [
      ...atomic.store(at('next'), i32(0)),
      // Odd: open. Whoever counts as active while it is will be waited for.
      ...atomic.store(at('state'), add(atomic.load(at('state')), i32(1))),
      ...atomic.notifyAll(at('state')),
      ...module.call('work', base.get, table.get),
      ...atomic.store(at('state'), add(atomic.load(at('state')), i32(1))),
      ...left.set(i32(looks)),
      ...block(loop(
        seen.set(atomic.load(at('active'))),
        branchIf(1, equal(seen.get, i32(0))),
        left.plus(i32(-1)),
        branchIf(0, left.get),
        left.set(i32(1)),
        when(read('mayWait'), atomic.wait(at('active'), seen.get, 1000)),
        branch(0))),
    ]
  })

  module.define('serve', 2, (scope) => {
    const [base, table] = [scope.parameter(0), scope.parameter(1)]
    const { at, read } = fields(base)
    const [left, state] = [scope.make('i32'), scope.make('i32')]
    const joined = scope.make('i32')
    return loop(
      left.set(i32(looks)),
      block(loop(
        state.set(atomic.load(at('state'))),
        branchIf(1, and(and(state.get, i32(1)), notEqual(state.get, joined.get))),
        when(read('ended'), leave),
        left.plus(i32(-1)),
        branchIf(0, left.get),
        left.set(i32(1)),
        atomic.wait(at('state'), state.get),
        branch(0))),
      joined.set(state.get),
      // Counted before it looks again: the caller either sees this thread, or has closed the task already.
      atomic.add(at('active'), i32(1)), drop,
      when(equal(atomic.load(at('state')), joined.get), module.call('work', base.get, table.get)),
      when(equal(atomic.add(at('active'), i32(-1)), i32(1)), atomic.notifyAll(at('active'))),
      branch(0))
  })
}
