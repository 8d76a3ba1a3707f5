/** Numbers as arguments of the command line. */
import { InvalidArgumentError } from 'commander'

export function number(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = text.trim() === '' ? Number.NaN : Number(text)
    if (!(value >= min && value <= max)) throw new InvalidArgumentError(`Expected a number from ${min} to ${max}.`)
    return value
  }
}

export function integer(min: number, max: number): (text: string) => number {
  return (text) => {
    if (!/^\d+$/.test(text.trim()) || Number(text) < min || Number(text) > max)
      throw new InvalidArgumentError(`Expected a whole number from ${min} to ${max}.`)
    return Number(text)
  }
}
