/**
 * Writes WebAssembly modules: just the instructions that the engine's kernels need, as functions
 * from operands to code, so that a kernel reads like the formula that it computes.
 * Encoding: https://webassembly.github.io/spec/core/binary, relaxed SIMD and threads by their proposals.
 */

/** Instructions, encoded. */
export type Code = readonly number[]
export type ValueType = 'i32' | 'f32' | 'v128'

const valueTypes: Readonly<Record<ValueType, number>> = { i32: 0x7f, f32: 0x7d, v128: 0x7b }

/** LEB128, unsigned. */
function unsigned(value: number): number[] {
  const bytes: number[] = []
  let rest = value >>> 0
  do {
    const low = rest & 0x7f
    rest >>>= 7
    bytes.push(rest === 0 ? low : low | 0x80)
  } while (rest !== 0)
  return bytes
}

/** LEB128, signed. */
function signed(value: number): number[] {
  const bytes: number[] = []
  let rest = value | 0
  for (;;) {
    const low = rest & 0x7f
    rest >>= 7
    if ((rest === 0 && (low & 0x40) === 0) || (rest === -1 && (low & 0x40) !== 0)) return [...bytes, low]
    bytes.push(low | 0x80)
  }
}

const text = (value: string): number[] => [...unsigned(value.length), ...Buffer.from(value, 'latin1')]
const list = (items: readonly Code[]): number[] => [...unsigned(items.length), ...items.flat()]

type Binary = (a: Code, b: Code) => Code
const binary = (...opcode: readonly number[]): Binary => (a, b) => [...a, ...b, ...opcode]
const simd = (opcode: number): readonly number[] => [0xfd, ...unsigned(opcode)]

export const i32 = (value: number): Code => [0x41, ...signed(value)]
export const f32 = (value: number): Code => [0x43, ...new Uint8Array(Float32Array.of(value).buffer)]
export const [add, subtract, multiply] = [binary(0x6a), binary(0x6b), binary(0x6c)]
export const [divide, remainder] = [binary(0x6e), binary(0x70)]
export const [and, shiftLeft, shiftRight] = [binary(0x71), binary(0x74), binary(0x76)]
export const [equal, notEqual] = [binary(0x46), binary(0x47)]
/** Signed comparisons. */
export const [less, greater, atLeast] = [binary(0x48), binary(0x4a), binary(0x4e)]
/** `a` where `condition` is not zero, else `b`. */
export const select = (condition: Code, a: Code, b: Code): Code => [...a, ...b, ...condition, 0x1b]
export const smaller = (a: Code, b: Code): Code => select(less(a, b), a, b)

// Addresses are aligned to four bytes wherever these are used.
const memory = (offset: number): number[] => [2, ...unsigned(offset)]
export const load = (at: Code, offset = 0): Code => [...at, 0x28, ...memory(offset)]
export const store = (at: Code, value: Code, offset = 0): Code => [...at, ...value, 0x36, ...memory(offset)]
export const loadFloat = (at: Code, offset = 0): Code => [...at, 0x2a, ...memory(offset)]
export const storeFloat = (at: Code, value: Code, offset = 0): Code => [...at, ...value, 0x38, ...memory(offset)]
export const copyBytes = (to: Code, from: Code, count: Code): Code => [...to, ...from, ...count, 0xfc, 10, 0, 0]
export const fillBytes = (to: Code, value: Code, count: Code): Code => [...to, ...value, ...count, 0xfc, 11, 0]

/** Four floats. */
export const v128 = {
  zero: [...simd(12), ...new Array<number>(16).fill(0)] as Code,
  load: (at: Code, offset = 0): Code => [...at, ...simd(0), ...memory(offset)],
  /** One float, four times. */
  loadSplat: (at: Code, offset = 0): Code => [...at, ...simd(9), ...memory(offset)],
  store: (at: Code, value: Code, offset = 0): Code => [...at, ...value, ...simd(11), ...memory(offset)],
  storeLane: (at: Code, value: Code, lane: number, offset = 0): Code => [...at, ...value, ...simd(0x5a), ...memory(offset), lane],
  /** `value` with one lane from memory. */
  loadLane: (at: Code, value: Code, lane: number, offset = 0): Code => [...at, ...value, ...simd(0x56), ...memory(offset), lane],
  splat: (value: Code): Code => [...value, ...simd(0x13)],
  add: binary(...simd(0xe4)), subtract: binary(...simd(0xe5)), multiply: binary(...simd(0xe6)), divide: binary(...simd(0xe7)),
  squareRoot: (value: Code): Code => [...value, ...simd(0xe3)],
  max: binary(...simd(0xe9)), min: binary(...simd(0xe8)),
  greater: binary(...simd(0x44)),
  and: binary(...simd(0x4e)),
  /** Lanes of `a` where `mask` has ones, else of `b`. */
  choose: (mask: Code, a: Code, b: Code): Code => [...a, ...b, ...mask, ...simd(0x52)],
  /** a·b + c, rounded once where the processor can, else twice. */
  relaxedMultiplyAdd: (a: Code, b: Code, c: Code): Code => [...a, ...b, ...c, ...simd(0x105)],
}

/** Sequentially consistent. */
export const atomic = {
  load: (at: Code): Code => [...at, 0xfe, 0x10, ...memory(0)],
  store: (at: Code, value: Code): Code => [...at, ...value, 0xfe, 0x17, ...memory(0)],
  /** Adds, and gives what was there before. */
  add: (at: Code, value: Code): Code => [...at, ...value, 0xfe, 0x1e, ...memory(0)],
  /** Sleeps while `expected` is there, until notified or, where given, for that many microseconds. */
  wait: (at: Code, expected: Code, microseconds = -1): Code => [...at, ...expected, 0x42, ...signed(microseconds < 0 ? -1 : microseconds * 1000), 0xfe, 0x01, ...memory(0), 0x1a],
  notifyAll: (at: Code): Code => [...at, ...i32(-1), 0xfe, 0x00, ...memory(0), 0x1a],
}

export const block = (...body: readonly Code[]): Code => [0x02, 0x40, ...body.flat(), 0x0b]
export const loop = (...body: readonly Code[]): Code => [0x03, 0x40, ...body.flat(), 0x0b]
export const when = (condition: Code, then: Code, otherwise?: Code): Code => [...condition, 0x04, 0x40, ...then, ...(otherwise === undefined ? [] : [0x05, ...otherwise]), 0x0b]
/** To the end of the block, or the start of the loop, `depth` levels out. */
export const branch = (depth: number): Code => [0x0c, ...unsigned(depth)]
export const branchIf = (depth: number, condition: Code): Code => [...condition, 0x0d, ...unsigned(depth)]
export const leave: Code = [0x0f]
export const drop: Code = [0x1a]

export interface Local {
  readonly get: Code
  set(value: Code): Code
  /** Adds to it. */
  plus(value: Code): Code
}

/** `body` with `at` = 0 … below `count`. */
export const times = (at: Local, count: Code, ...body: readonly Code[]): Code =>
  [...at.set(i32(0)), ...whileLess(at, count, ...body, at.plus(i32(1)))]
export const whileLess = (a: Local, b: Code, ...body: readonly Code[]): Code => block(loop(branchIf(1, atLeast(a.get, b)), ...body, branch(0)))
/** `body` with `at` = `first` and the `count` - 1 numbers after it. */
export const inTurn = (at: Local, first: Local, count: Local, ...body: readonly Code[]): Code =>
  [...at.set(first.get), ...whileLess(at, add(first.get, count.get), ...body, at.plus(i32(1)))]
/** `body` as often as `left` says, which must be at least once. */
export const countDown = (left: Local, ...body: readonly Code[]): Code =>
  loop(...body, left.plus(i32(-1)), branchIf(0, left.get))

/** Locals of the function being written. */
export class Scope {
  readonly #parameters: number
  readonly types: ValueType[] = []

  constructor(parameters: number) {
    this.#parameters = parameters
  }
  parameter(index: number): Local {
    return local(index)
  }
  make(type: ValueType): Local {
    return local(this.#parameters + this.types.push(type) - 1)
  }
  /** Several of a type. */
  several(count: number, type: ValueType): Local[] {
    return Array.from({ length: count }, () => this.make(type))
  }
}

function local(index: number): Local {
  const get: Code = [0x20, ...unsigned(index)]
  const set = (value: Code): Code => [...value, 0x21, ...unsigned(index)]
  return { get, set, plus: (value) => set(add(get, value)) }
}

interface WrittenFunction {
  readonly name: string
  readonly parameters: number
  readonly code: Code
}

/** A module of functions from integers to nothing, over a memory of someone else's (`host.memory`). */
export class ModuleWriter {
  readonly #functions: WrittenFunction[] = []

  /** @param body gets the locals of the function; its parameters are the first of them */
  define(name: string, parameters: number, body: (scope: Scope) => Code): void {
    const scope = new Scope(parameters)
    const instructions = body(scope)
    const locals = list(scope.types.map((type) => [1, valueTypes[type]]))
    this.#functions.push({ name, parameters, code: [...locals, ...instructions, 0x0b] })
  }

  call(name: string, ...values: readonly Code[]): Code {
    const index = this.#functions.findIndex((one) => one.name === name)
    return [...values.flat(), 0x10, ...unsigned(index)]
  }

  /** Calls one of the functions so far by its place among them; all such have three parameters. */
  callBy(place: Code, ...values: readonly [Code, Code, Code]): Code {
    return [...values.flat(), ...place, 0x11, 3, 0]
  }

  /** All functions are exported. @param shared whether the memory is one that threads share */
  bytes(shared: boolean): Uint8Array<ArrayBuffer> {
    const functions = this.#functions
    const mostParameters = 6
    const types = Array.from({ length: mostParameters + 1 }, (_, count) => [0x60, ...list(new Array<Code>(count).fill([valueTypes.i32])), 0])
    const limits = shared ? [3, 0, ...unsigned(65536)] : [0, 0]
    const section = (id: number, content: readonly number[]): number[] => [id, ...unsigned(content.length), ...content]
    return Uint8Array.from([
      0, 0x61, 0x73, 0x6d, 1, 0, 0, 0,
      ...section(1, list(types)),
      ...section(2, list([[...text('host'), ...text('memory'), 2, ...limits]])),
      ...section(3, list(functions.map(({ parameters }) => unsigned(parameters)))),
      ...section(4, list([[0x70, 0, ...unsigned(functions.length)]])),
      ...section(7, list(functions.map(({ name }, index) => [...text(name), 0, ...unsigned(index)]))),
      ...section(9, list([[0, ...i32(0), 0x0b, ...list(functions.map((_, index) => unsigned(index)))]])),
      ...section(10, list(functions.map(({ code }) => [...unsigned(code.length), ...code]))),
    ])
  }
}
