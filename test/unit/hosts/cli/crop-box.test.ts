import { expect, it } from 'vitest'
import { cropBox } from '../../../../src/hosts/cli/crop-box.ts'

it('reads four shares', () => {
  expect(cropBox('0.25,0, 0.5,0.5')).toEqual({ x: 0.25, y: 0, width: 0.5, height: 0.5 })
})
it.each(['', '0,0,1', '0,0,1,1,1', '0,0,,1', 'a,0,1,1', '0.6,0,0.5,1', '-0.1,0,1,1', '0,0,0,1', '0,0,NaN,1'])('refuses "%s" in words', (text) => {
  expect(() => cropBox(text)).toThrow(/Expected left,top,width,height/)
})
