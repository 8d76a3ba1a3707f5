/** TensorFlow, Dawn, V8, the C++ runtime and systems each say in their own words that memory ran out. */
const words = /\bOOM\b|out of memory|resource exhausted|bad_alloc|allocation fail|fail\w* to allocate|(?:cannot|can't|could not|unable to) allocate|Invalid array length/i

export const saysOutOfMemory = (text: string): boolean => words.test(text)
